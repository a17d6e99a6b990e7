# The command line in a container: `docker compose run --rm dangan extract /scans`.
# Another base means another Python: the locks are made for 3.11 to 3.14 on glibc.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/dangan
COPY requirements.lock ./
RUN /opt/dangan/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
        --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY worker worker
COPY api api
COPY cli cli
RUN /opt/dangan/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim-bookworm AS dangan
COPY requirements.apt /tmp/
RUN apt-get update \
    && xargs apt-get install --yes --no-install-recommends < /tmp/requirements.apt \
    && rm -rf /var/lib/apt/lists/* /tmp/requirements.apt
COPY --from=build /opt/dangan /opt/dangan
ENV PATH=/opt/dangan/bin:$PATH LANG=C.UTF-8
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /records
ENTRYPOINT ["dangan"]
CMD ["--help"]
