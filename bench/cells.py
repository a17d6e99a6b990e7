"""Cells of a form, drawn in the faces of Debian and damaged as scanners do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from worker.clean import stretch
from worker.page import Pixels

FACES = ("uming.ttc", "ukai.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc")
LABELS = (
    "年度资金总额", "其中：当年财政拨款", "上年结转资金", "全年预算数", "实施单位", "一级指标",
    "二级指标", "满意度指标", "偏差原因分析及改进措施", "项目负责人", "联系电话", "得分",
)  # fmt: skip
PROSE = (
    "本年度共组织培训12期，覆盖基层干部860人次，学员满意度达到96.5%以上。",
    "按照合同约定完成三座泵站的检修与调试；汛期前全部投入运行，未发生安全事故。",
    "因供应商到货较晚，部分设备（约8台）延至次年一季度验收，已督促其加快进度。",
    "受理群众来信来访1,204件，办结率≥98%；其中疑难问题37件，均按期答复。",
    "完成老旧管网改造4.6公里，惠及居民2,315户，投诉件数较上年下降11.3%。",
    "支持“专精特新”企业21家，兑付补助资金1,860,000.00元，拨付及时、专款专用。",
    "建立长效管理机制，定期开展巡查、检测与维护，确保设施完好率不低于95%。",
)
LONE = ("—", "/", "0", "1", "无", "是", "10", "7", "√", "-", "——", "%", "=", "≥", "≤", "×")
SIDES = ("绩效指标", "年度总体目标", "项目资金", "产出指标")


@dataclass(frozen=True)
class Drawn:
    """A damaged and stretched cell (H×W uint8), the lines in it, and `em` in pixels."""

    kind: str
    damage: str
    lines: tuple[str, ...]
    pixels: Pixels
    em: float


def amount(rng: random.Random) -> str:
    """Return a figure as forms print them."""
    value = rng.choice((rng.uniform(0, 100), rng.uniform(100, 1e5), rng.uniform(1e5, 9e7)))
    return rng.choice(
        (
            f"{value:,.2f}",
            f"{value:.2f}",
            f"{value:,.6f}"[: rng.randint(6, 14)].rstrip(",."),
            f"{value % 101:.2f}%",
            f"≥{int(value) % 100}%",
            f"={int(value) % 1000}人次",
            f"20{rng.randint(18, 24)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
            f"≤{value % 60:.1f}万元",
        )
    )


def wrapped(text: str, columns: int) -> tuple[str, ...]:
    """Break a text after so many characters, never before a closing mark."""
    lines, line = list[str](), ""
    for character in text:
        if len(line) >= columns and character not in "，。；、）”%.,":
            lines.append(line)
            line = ""
        line += character
    return (*lines, line)


def _block(rng: random.Random) -> tuple[str, ...]:
    return wrapped("".join(rng.sample(PROSE, rng.randint(1, 3))), rng.randint(5, 26))


def _prose(rng: random.Random) -> tuple[str, ...]:
    text = rng.choice(PROSE)
    return (text[: rng.randint(8, len(text))],)


CONTENTS: dict[str, Callable[[random.Random], tuple[str, ...]]] = {
    "label": lambda rng: (rng.choice(LABELS),),
    "prose": _prose,
    "number": lambda rng: (amount(rng),),
    "lone": lambda rng: (rng.choice(LONE),),
    "block": _block,
    "tight": _block,
    "side": lambda rng: tuple(rng.choice(SIDES)),
    "apart": lambda rng: (rng.choice(LABELS) + " " * rng.randint(16, 50) + amount(rng),),
    "blank": lambda _: (),
}
KINDS = tuple(CONTENTS)


def drawn(lines: Sequence[str], kind: str, em: float, rng: random.Random) -> Pixels:
    """Draw the lines into a cell without rules (H×W uint8)."""
    font = ImageFont.truetype(rng.choice(FACES), round(em))
    leading = rng.uniform(1.0, 1.15) if kind == "tight" else rng.uniform(1.2, 1.7)
    widths = [font.getlength(line) for line in lines] or [rng.uniform(2, 12) * em]
    margin = rng.uniform(0.3, 3.0) * em
    space = rng.uniform(0.25, 3.0) * em
    width = round(max(widths) + 2 * margin)
    height = round(em * (1 + leading * max(0, len(lines) - 1)) + 2 * space)
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    centred = rng.random() < 0.6
    for index, (line, length) in enumerate(zip(lines, widths, strict=False)):
        x = (width - length) / 2 if centred else margin
        middle = space + em * (0.5 + leading * index)
        pen.text((x, middle), line, fill=rng.randint(0, 50), font=font, anchor="lm")
    return np.asarray(image).copy()


def ruled(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Draw remnants of rules along some borders, up to .2 em inside and .6 degrees askew."""
    cell = cell.copy()
    height, width = cell.shape
    thick = max(1, round(em * rng.uniform(0.03, 0.1)))
    for side in rng.sample(range(4), rng.randint(1, 4)):
        near = rng.uniform(-0.05, 0.2) * em
        far = near + rng.uniform(-0.01, 0.01) * (width if side < 2 else height)
        first, last = round(near), round(far)
        ends = (
            ((0, first), (width, last)),
            ((0, height - first), (width, height - last)),
            ((first, 0), (last, height)),
            ((width - first, 0), (width - last, height)),
        )[side]
        cv2.line(cell, ends[0], ends[1], rng.randint(0, 60), thick, cv2.LINE_AA)
    return cell


def _pixels(values: NDArray[np.integer[Any] | np.floating[Any]]) -> Pixels:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def skewed(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Turn by up to half a degree."""
    height, width = cell.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-0.5, 0.5), 1)
    turned = cv2.warpAffine(cell, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return _pixels(turned)


def blurred(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Defocus by .02-.04 em."""
    return _pixels(cv2.GaussianBlur(cell, (0, 0), em * rng.uniform(0.02, 0.04)))


def noisy(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Add grain, a little correlated."""
    white = np.random.default_rng(rng.randrange(2**32)).normal(0, 1, cell.shape)
    grain = cv2.GaussianBlur(white, (0, 0), 0.6) * rng.uniform(20, 45)
    return _pixels(cell * 0.88 + grain)


def textured(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Lay the print on grey, uneven paper."""
    white = np.random.default_rng(rng.randrange(2**32)).normal(0, 1, cell.shape)
    cloud = np.asarray(cv2.GaussianBlur(white, (0, 0), em / 2), dtype=np.float64)
    cloud *= 12 / max(1e-6, float(cloud.std()))
    fall = np.linspace(0, rng.uniform(0, 60), cell.shape[1])[None, :]
    return _pixels(cell * 0.85 + cloud - fall + 10)


def squeezed(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Compress as JPEG of quality 30."""
    _, data = cv2.imencode(".jpg", cell, (cv2.IMWRITE_JPEG_QUALITY, 30))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def faded(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Leave a third of the contrast."""
    return _pixels(215 - (255 - cell.astype(np.float32)) * 0.33)


def fading(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Let the print fade to a fifth in places, as a worn drum does."""
    white = np.random.default_rng(rng.randrange(2**32)).normal(0, 1, cell.shape)
    cloud = np.asarray(cv2.GaussianBlur(white, (0, 0), 1.5 * em), dtype=np.float64)
    strength = np.clip(0.7 + 0.5 * cloud / max(1e-6, float(cloud.std())), 0.2, 1.0)
    return _pixels(255 - (255 - cell.astype(np.float64)) * strength)


def bilevel(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Cut to black and white after a slight blur, as a fax does."""
    soft = cv2.GaussianBlur(cell, (0, 0), 0.6)
    return _pixels(np.where(soft > rng.randint(140, 200), 255, 0))


def combined(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Skew, blur, uneven paper, grain and JPEG at once."""
    for damage in (skewed, blurred, textured, squeezed):
        cell = damage(cell, em, rng)
    return cell


def clean(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Leave the print as it is."""
    return cell


Damage = Callable[[Pixels, float, random.Random], Pixels]
DAMAGES: dict[str, Damage] = {
    "clean": clean, "skew": skewed, "blur": blurred, "noise": noisy, "paper": textured,
    "jpeg30": squeezed, "faded": faded, "fading": fading, "bilevel": bilevel, "rules": ruled, "seal": clean,
    "combo": combined,
}  # fmt: skip


def sealed(cell: Pixels, em: float, rng: random.Random) -> Pixels:
    """Press the ring of a red seal over the print (BGR)."""
    colour = cv2.cvtColor(cell, cv2.COLOR_GRAY2BGR)
    stamp = np.full_like(colour, 255)
    height, width = cell.shape
    centre = rng.randint(0, width), rng.randint(0, height)
    cv2.circle(stamp, centre, round(3 * em), (70, 60, 215), max(2, round(em / 4)), cv2.LINE_AA)
    return np.minimum(colour, stamp)


def draw(kind: str, damage: str, rng: random.Random) -> Drawn:
    """Draw one cell of 10.5 pt print at 150, 200 or 300 dpi and stretch it.

    The contrast is taken from a sheet of print under the same damage, as a page gives it: a cell
    alone may be blank.
    """
    em = 10.5 / 72 * rng.choice((150, 200, 300))
    lines = CONTENTS[kind](rng)
    cell = drawn(lines, kind, em, rng)
    sheet = drawn(_block(rng), "block", em, rng)
    seed = rng.random()
    cell, sheet = (damaged(part, damage, em, random.Random(seed)) for part in (cell, sheet))
    height, width = cell.shape[:2]
    across = max(width, sheet.shape[1])
    page = np.vstack([widened(part, across) for part in (cell, sheet)])
    return Drawn(kind, damage, lines, stretch(page)[:height, :width], em)


def damaged(cell: Pixels, damage: str, em: float, rng: random.Random) -> Pixels:
    """Return the cell in colour (BGR) as the scanner gives it."""
    grey = DAMAGES[damage](cell, em, rng)
    if damage == "seal":
        return sealed(grey, em, rng)
    return _pixels(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))


def widened(cell: Pixels, width: int) -> Pixels:
    """Return the cell continued to the right by its mirror image."""
    return np.pad(cell, ((0, 0), (0, width - cell.shape[1]), (0, 0)), mode="symmetric")


def draw_all(cells: int, seed: int) -> list[Drawn]:
    """Draw cells of every kind under every damage in turn; equal seeds give equal cells."""
    rng = random.Random(seed)
    pairs = [(kind, damage) for kind in KINDS for damage in DAMAGES]
    return [draw(*pairs[index % len(pairs)], rng) for index in range(cells)]
