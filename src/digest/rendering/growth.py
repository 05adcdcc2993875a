"""What a template may multiply: small results only. Pure.

Jinja's sandbox blocks ways out of a template, not ways to fill the machine from inside one:
`'x' * 10**10` takes ten gigabytes in one step, `9**9**9` the processor for ever, and neither can
be interrupted once it has begun (measured with 3.1.6).
"""

from typing import NoReturn

#: Most numbers of a `range`, and longest result of repeating a text or a list.
LIMIT_STEPS = 1_000
LIMIT_REPEATED = 10_000
#: Bits of the largest whole number that `*` and `**` may make.
LIMIT_BITS = 256

#: Operators whose results are checked before they are computed.
OPERATORS = frozenset({"*", "**", "%"})

#: Methods of texts that make a long text out of a short one.
PADDING = frozenset(
    ["center", "expandtabs", "format", "format_map", "ljust", "rjust", "translate", "zfill"]
)


class GrowthError(ValueError):
    """A template asked for something too large."""


def check_operation(operator: str, left: object, right: object) -> None:
    """Check one operation of `OPERATORS` before it is computed.

    Raises:
        GrowthError: Its result could be huge.
    """
    if operator == "*":
        _check_product(left, right)
    elif operator == "**":
        _check_power(left, right)
    elif not isinstance(left, int | float):
        # "%1000000000d" % 1 is a gigabyte, and filling in texts is not what % is for here.
        _refuse("% fills in texts; write {{ name }} instead")


def small_range(*steps: int) -> range:
    """Return `range(*steps)`, which templates know by that name.

    Raises:
        GrowthError: It has more than `LIMIT_STEPS` numbers.
    """
    numbers = range(*steps)
    if numbers[LIMIT_STEPS:]:  # not len(): that fails beyond 2**63
        _refuse(f"range gives at most {LIMIT_STEPS:,} numbers")
    return numbers


def _check_product(left: object, right: object) -> None:
    numbers = [each for each in (left, right) if isinstance(each, int)]
    if len(numbers) == 2:
        if sum(number.bit_length() for number in numbers) > LIMIT_BITS:
            _refuse("the product is too large")
    elif numbers:
        repeated = right if isinstance(left, int) else left
        size = len(repeated) if isinstance(repeated, str | list | tuple) else 1
        if size * numbers[0] > LIMIT_REPEATED and not isinstance(repeated, float):
            _refuse(f"a repeated text is longer than {LIMIT_REPEATED:,}")


def _check_power(left: object, right: object) -> None:
    if not (isinstance(left, int) and isinstance(right, int)):
        return
    if max(left.bit_length(), 1) * abs(right) > LIMIT_BITS:
        _refuse("the power is too large")


def _refuse(reason: str) -> NoReturn:
    raise GrowthError(reason)
