"""What a spreadsheet shows of its values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from worker.office.number_format import displayed


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        ("12.50", "0.0", "12.50"),
        (12, "General", "12"),
        (1031336.77, "General", "1031336.77"),
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (-0.0, "General", "0"),
        (1e20, "General", "1.00000E+20"),
        (0, "General", "0"),
        (8, "@", "8"),
        (3, 'General"天"', "3天"),
        (3, "G/通用格式", "3"),
        (1031336.77, "#,##0.00", "1,031,336.77"),
        (999, "#,##0", "999"),
        (1234567, "#,##0", "1,234,567"),
        (0.9333, "0.00%", "93.33%"),
        (1, "0%", "100%"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (0.5, ".00", ".50"),
        (0.5, "#.##", ".5"),
        (12, "0.0#", "12.0"),
        (7, "000", "007"),
        (-5, "0.0", "-5.0"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (-5, "0.0;[Red]-0.0", "-5.0"),
        (0, '0.0;-0.0;"—"', "—"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (1234.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234.50"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (1234.5, '"￥"0.0', "￥1234.5"),
        (12, '0"项"', "12项"),
        (12, r"0\项", "12项"),
        (12345, '0.00,"千"', "12.35千"),
        (0.25, "# ?/?", "0.25"),
        (1234, "0.00E+00", "1234"),
        (Decimal("2.50"), "0.00", "2.50"),
        (-0.001, "0.00", "0.00"),
        (date(2023, 12, 31), "yyyy-mm-dd", "2023-12-31"),
        (datetime(2023, 1, 5, tzinfo=UTC), 'yyyy"年"m"月"d"日"', "2023年1月5日"),
        (datetime(2023, 1, 5, tzinfo=UTC), "[$-804]yyyy年m月", "2023年1月"),
        (datetime(2023, 1, 5, tzinfo=UTC), "mm-dd-yy", "2023/1/5"),
        (datetime(2023, 1, 5, 8, 30, tzinfo=UTC), "yyyy/m/d h:mm", "2023/1/5 8:30"),
        (time(8, 5, 9), "h:mm:ss", "8:05:09"),
        (time(8, 5, 9), "General", "08:05:09"),
        (date(2023, 1, 5), "General", "2023/1/5"),
        (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    ],
)
def test_a_value_is_shown_as_its_format_says(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format) == shown
