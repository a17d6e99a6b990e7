# Three images from one tree (docs/deploy.md):
#   dangan   the command line:            docker compose run --rm dangan
#   worker   what reads pages
#   api      API, scheduler, migrations, client: nothing in it reads pixels (docs/decisions/0010)
#
# The base is named by its exact release and not by a digest: this was written where none could be asked
# for. Who builds for others pins it: --build-arg BASE=python@sha256:…
# Another base means another Python: the locks are made for 3.11 to 3.14 on glibc.
ARG BASE=python:3.13.9-slim-bookworm

FROM ${BASE} AS build-api
WORKDIR /src
RUN python -m venv /opt/dangan
COPY requirements-api.lock ./
RUN /opt/dangan/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
        --requirement requirements-api.lock
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY worker worker
COPY api api
COPY cli cli
RUN /opt/dangan/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

# The larger lock has the same versions: it only adds.
FROM build-api AS build
COPY requirements.lock ./
RUN /opt/dangan/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: \
        --requirement requirements.lock

# The acceptance sheet is printed in Chinese (docs/decisions/0014).
FROM ${BASE} AS build-font
COPY requirements.apt /tmp/
RUN apt-get update \
    && grep '^fonts-' /tmp/requirements.apt | xargs apt-get install --yes --no-install-recommends

FROM ${BASE} AS api
COPY --from=build-api /opt/dangan /opt/dangan
COPY --from=build-font /usr/share/fonts/truetype/wqy /usr/share/fonts/truetype/wqy
ENV PATH=/opt/dangan/bin:$PATH LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
# New volumes take over the owner of the folder that they are mounted on.
RUN install -d -o 10001 -g 10001 /data /blobs
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
ENTRYPOINT []
CMD ["dangan", "--help"]

FROM ${BASE} AS worker
COPY requirements.apt /tmp/
# The broker has a container of its own.
RUN apt-get update \
    && grep -vx redis-server /tmp/requirements.apt | xargs apt-get install --yes --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/requirements.apt
COPY --from=build /opt/dangan /opt/dangan
ENV PATH=/opt/dangan/bin:$PATH LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
RUN install -d -o 10001 -g 10001 /data /blobs
USER 10001:10001
WORKDIR /data
ENTRYPOINT []
CMD ["dangan", "--help"]

FROM worker AS dangan
WORKDIR /records
ENTRYPOINT ["dangan"]
CMD ["--help"]
