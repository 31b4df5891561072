"""The notation: what is written reads back the same, and nothing in it is ever run."""

import keyword
import string
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnaeus.errors import NotationError
from linnaeus.recipe.spec import LONGEST, Spec, parse, parse_value

RESERVED = {*keyword.kwlist}
names = st.text(string.ascii_letters + string.digits + "_é", min_size=1, max_size=8).filter(
    lambda name: name.isidentifier() and name not in RESERVED
)
files = st.builds(
    lambda folder, file, function: f"{folder}{file}.py:{function}",
    st.sampled_from(["", "./", "a-b/", "/x/"]),
    names,
    names,
)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
numbers = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
literals = st.none() | st.booleans() | numbers | texts


def calls(values):
    options = st.dictionaries(names, values, max_size=3).map(lambda given: tuple(given.items()))
    return st.builds(Spec, names | files, st.lists(values, max_size=3).map(tuple), options)


def joined(specs):
    def join(operator, parts):
        # `a | b | c` is one pipeline: a pipeline that begins with another one is the longer pipeline.
        first = parts[0].args if parts[0].name == operator else parts[:1]
        return Spec(operator, (*first, *parts[1:]))

    return st.builds(join, st.sampled_from("|+"), st.lists(specs, min_size=2, max_size=4).map(tuple))


values = st.recursive(
    literals | calls(literals),
    lambda inner: calls(inner) | st.lists(inner, max_size=3).map(tuple) | joined(calls(inner)),
    max_leaves=10,
)
specs = st.recursive(calls(values), joined, max_leaves=6)


@given(specs)
def test_what_is_written_reads_back(spec):
    assert parse(str(spec)) == spec


@given(values)
def test_values_read_back(value):
    holder = Spec("holder", (value,))
    assert parse(str(holder)).args == (value,)


@given(st.text(max_size=60) | st.text("ab(),=|+.[]'\"0123456789-_:*@{} \n", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        value = parse_value(text)
    except NotationError as error:
        assert str(error)
    else:
        assert parse_value(str(Spec("holder", (value,)))) == Spec("holder", (value,))


def test_how_it_looks():
    assert str(parse('resnet( depth=32,activation="elu" )')) == "resnet(depth=32, activation='elu')"
    assert str(parse("crop(pad=4)|flip | erase")) == "crop(pad=4) | flip | erase"
    assert str(parse("cifar10")) == "cifar10"


def test_what_it_means():
    assert parse("cifar100(classes=[5, 21], fine=False)") == Spec(
        "cifar100", (), (("classes", (5, 21)), ("fine", False))
    )
    assert parse("a | b | c") == Spec("|", (Spec("a"), Spec("b"), Spec("c")))
    assert parse("a | b + c") == Spec("|", (Spec("a"), Spec("+", (Spec("b"), Spec("c")))))
    assert parse("some/mine.py:net(width=-8)") == Spec("some/mine.py:net", (), (("width", -8),))
    assert parse("C:/mine.py:net") == Spec("C:/mine.py:net")
    assert parse("sam(adam(lr=0.1))") == Spec("sam", (Spec("adam", (), (("lr", 0.1),)),))


def test_a_text_with_a_file_in_it_is_left_alone():
    assert parse("table('a.py:b | c')") == Spec("table", ("a.py:b | c",))


def test_a_name_like_our_placeholder_is_a_name():
    assert parse("external_0 | mine.py:net") == Spec("|", (Spec("external_0"), Spec("mine.py:net")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "resnet(",
        "resnet(depth=)",
        "a.b",
        "a[0]",
        "a(*b)",
        "a(**b)",
        "a(1)(2)",
        "lambda: 3",
        "f'{a}'",
        "a if b else c",
        "[x for x in y]",
        "{1: 2}",
        "{1}",
        "b'x'",
        "1j",
        "a(b := 1)",
        "not a",
        "a and b",
        "a < b",
        "1 + 2",
        "a | 3",
        "'a' + b",
        "await a",
        "__import__('os').system('true')",
        "a; b",
        "1e999",
        "0x" + "f" * 5000,
        "a(x=-1e999)",
        "\x00",
        "\ud800",
        "(" * 900 + "a" + ")" * 900,
        "a" + " + a" * 4000,
        "-" * 9000 + "1",
        "a" * (LONGEST + 1),
    ],
)
def test_what_is_not_in_the_notation_is_refused(text):
    with pytest.raises(NotationError) as raised:
        parse_value(text)
    assert len(str(raised.value)) < 400


def test_a_value_is_no_part():
    with pytest.raises(NotationError, match="is a value, not a part"):
        parse("3")


def test_the_message_says_where():
    with pytest.raises(NotationError, match="near position 8"):
        parse("a(b=3) c")
    with pytest.raises(NotationError, match=r"'os\.path' is not in the notation"):
        parse("resnet(depth=os.path)")


WATCHED = """
import sys
from linnaeus.errors import NotationError
from linnaeus.recipe.spec import parse

parse("warm(up=1)")
seen = []
sys.addaudithook(lambda event, args: seen.append(event))
for text in sys.argv[1:]:
    try:
        parse(text)
    except NotationError:
        pass
found = sorted(set(seen) - {"compile"})  # into a syntax tree
print(found)
"""


def test_nothing_is_evaluated():
    texts = [
        "eval('1')",
        "__import__('os').system('true')",
        "().__class__.__bases__[0]",
        "open('/etc/passwd')",
        "mine.py:net(3)",
        "f'{1}'",
    ]
    done = subprocess.run([sys.executable, "-c", WATCHED, *texts], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_options_of_a_spec():
    spec = parse("adam(lr=0.1)")
    assert spec.get("lr") == 0.1
    assert spec.get("eps", 3) == 3
    assert spec.with_option("lr", 0.2) == parse("adam(lr=0.2)")
    assert spec.with_option("eps", 1) == parse("adam(lr=0.1, eps=1)")
    assert parse("a | b").operands() == (Spec("a"), Spec("b"))
    assert spec.operands() == (spec,)


@pytest.mark.parametrize(
    "piece",
    ["-", "- ", "~", "not ", "lambda:", "(", "[", "{", "{a:", "a(", "a(b=", "a+", "a|", "a*", "a**", "a.", "a<", "a if a else ", "await ",
     "*", "/", ".", "\\", "'", '"a" ', 'f"{', "a.py:", ".py:a", "a.py", "(a:=", "a(*", "a(),", "-1,", "(yield "],
)  # fmt: skip
def test_no_text_of_the_longest_kind_is_waited_for(piece: str):
    def seconds(text: str) -> float:
        begin = time.process_time()
        with suppress(NotationError):
            parse_value(text[:LONGEST])
        return time.process_time() - begin

    for text in (piece * (LONGEST // len(piece)), piece * 190 + "a", f'"{piece * 60}" ' * 100):
        # About 0.05; minutes of a regular expression that begins anew at each letter. A pause of a busy machine,
        # or of the collection of a full process's garbage, meets one of three calls, slow reading all of them.
        assert any(seconds(text) < 1.0 for _ in range(3))
