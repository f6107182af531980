package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every opcode of protocols 0 to 5, its bytes written by hand after CPython's {@code pickletools.opcodes}. */
class PickleOpcodesTest {
    /**
     * One opcode at work.
     *
     * @param opcode its byte
     * @param pickle a pickle that uses it, without the STOP
     * @param value what Python would load, as {@link #plain} shows it
     */
    record Case(String name, int opcode, PickleCode pickle, Object value) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static PickleCode code(String latin) {
        return PickleCode.start().text(latin);
    }

    private static Case of(String name, int opcode, PickleCode pickle, Object value) {
        return new Case(name, opcode, pickle, value);
    }

    static Stream<Case> cases() {
        return Stream.of(numbers(), texts(), containers(), stack(), memo(), objects())
                .flatMap(List::stream);
    }

    private static List<Case> numbers() {
        return List.of(
                of("INT", 'I', code("I-17\n"), -17L),
                of("INT as bool", 'I', code("I01\n"), true),
                of("BININT", 'J', code("J").u32(-2), -2L),
                of("BININT1", 'K', code("K").u8(255), 255L),
                of("BININT2", 'M', code("M").u16(0xfffe), 65534L),
                of("LONG", 'L', code("L123456789012345678901L\n"), new BigInteger("123456789012345678901")),
                of("LONG1 of nothing", 0x8a, code("\u008a").u8(0), 0L),
                of("LONG1", 0x8a, code("\u008a").u8(2).bytes((byte) 0, (byte) 0x80), -32768L),
                of("LONG4", 0x8b, code("\u008b").u32(3).bytes((byte) 0, (byte) 0x80, (byte) 0), 32768L),
                of("FLOAT", 'F', code("F-1.5e3\n"), -1500.0),
                of("BINFLOAT", 'G', code("G").f64(Math.PI), Math.PI),
                of("NONE", 'N', code("N"), PyNone.NONE),
                of("NEWTRUE", 0x88, code("\u0088"), true),
                of("NEWFALSE", 0x89, code("\u0089"), false));
    }

    private static List<Case> texts() {
        byte[] utf = {(byte) 0xc3, (byte) 0xa9};
        byte[] raw = {0, (byte) 0xff, '\n'};
        return List.of(
                of("STRING", 'S', code("S'a\\n\"b'\n"), "a\n\"b"),
                of("BINSTRING", 'T', code("T").u32(2).text("a\u00e9"), "a\u00e9"),
                of("SHORT_BINSTRING", 'U', code("U").u8(1).text("\n"), "\n"),
                of("BINBYTES", 'B', code("B").u32(3).bytes(raw), "bytes 00ff0a"),
                of("SHORT_BINBYTES", 'C', code("C").u8(3).bytes(raw), "bytes 00ff0a"),
                of("BINBYTES8", 0x8e, code("\u008e").i64(3).bytes(raw), "bytes 00ff0a"),
                of("BYTEARRAY8", 0x96, code("\u0096").i64(3).bytes(raw), "bytes 00ff0a"),
                of("UNICODE", 'V', code("V\\u20ac\\U0001f600 \u00e9\n"), "€😀 é"),
                of("BINUNICODE", 'X', code("X").u32(2).bytes(utf), "é"),
                of("SHORT_BINUNICODE", 0x8c, code("\u008c").u8(2).bytes(utf), "é"),
                of("BINUNICODE8", 0x8d, code("\u008d").i64(2).bytes(utf), "é"));
    }

    private static List<Case> containers() {
        return List.of(
                of("EMPTY_LIST", ']', code("]"), List.of()),
                of("LIST", 'l', code("(K\1K\2l"), List.of(1L, 2L)),
                of("APPEND", 'a', code("]K\1aK\2a"), List.of(1L, 2L)),
                of("APPENDS", 'e', code("](K\1K\2e"), List.of(1L, 2L)),
                of("EMPTY_TUPLE", ')', code(")"), "tuple []"),
                of("TUPLE", 't', code("(K\1K\2K\3K\4t"), "tuple [1, 2, 3, 4]"),
                of("TUPLE1", 0x85, code("K\1\u0085"), "tuple [1]"),
                of("TUPLE2", 0x86, code("K\1K\2\u0086"), "tuple [1, 2]"),
                of("TUPLE3", 0x87, code("K\1K\2K\3\u0087"), "tuple [1, 2, 3]"),
                of("EMPTY_DICT", '}', code("}"), Map.of()),
                of("DICT", 'd', code("(K\1K\2K\3K\4d"), Map.of("1", 2L, "3", 4L)),
                of("SETITEM", 's', code("}K\1K\2s"), Map.of("1", 2L)),
                of("SETITEMS", 'u', code("}(K\1K\2K\3K\4u"), Map.of("1", 2L, "3", 4L)),
                of("EMPTY_SET", 0x8f, code("\u008f"), "set []"),
                of("ADDITEMS", 0x90, code("\u008f(K\1K\2\u0090"), "set [1, 2]"),
                of("FROZENSET", 0x91, code("(K\1K\2\u0091"), "set [1, 2]"));
    }

    private static List<Case> stack() {
        return List.of(
                of("POP", '0', code("K\1K\0020"), 1L),
                of("POP of a mark", '0', code("K\1(0"), 1L),
                of("DUP", '2', code("K\0012\u0086"), "tuple [1, 1]"),
                of("MARK", '(', code("((t(tt"), "tuple [tuple [], tuple []]"),
                of("POP_MARK", '1', code("K\1(K\2K\0031"), 1L),
                of("STOP", '.', code("K\1"), 1L),
                of("PROTO", 0x80, code("\u0080\5K\1"), 1L),
                of("FRAME", 0x95, code("\u0080\4\u0095").i64(3).text("K\1"), 1L));
    }

    private static List<Case> memo() {
        return List.of(
                of("PUT", 'p', code("K\7p300\n0g300\n"), 7L),
                of("GET", 'g', code("K\7p0\n0g0\n"), 7L),
                of("BINPUT", 'q', code("K\7q\5").text("0h\5"), 7L),
                of("BINGET", 'h', code("K\7q\5").text("0h\5"), 7L),
                of("LONG_BINPUT", 'r', code("K\7r").u32(70_000).text("0j").u32(70_000), 7L),
                of("LONG_BINGET", 'j', code("K\7r").u32(70_000).text("0j").u32(70_000), 7L),
                of("MEMOIZE", 0x94, code("K\7\u0094K\u0008\u009400h\0h\1\u0086"), "tuple [7, 8]"));
    }

    private static List<Case> objects() {
        return List.of(
                of("GLOBAL", 'c', code("cos.path\njoin\n"), "global os.path.join"),
                of("STACK_GLOBAL", 0x93, code("U\2osU\6system\u0093"), "global os.system"),
                of("EXT1", 0x82, code("\u0082").u8(200), "global copyreg.extension.200"),
                of("EXT2", 0x83, code("\u0083").u16(60_000), "global copyreg.extension.60000"),
                of("EXT4", 0x84, code("\u0084").u32(70_000), "global copyreg.extension.70000"),
                of("REDUCE", 'R', code("ca\nb\nK\1\u0085R"), "object a.b [1]"),
                of("BUILD", 'b', code("ca\nb\n)R}U\1xK\1sb"), "object a.b [] {x=1}"),
                of("INST", 'i', code("(K\1K\2ia\nb\n"), "object a.b [1, 2]"),
                of("OBJ", 'o', code("(ca\nb\nK\1o"), "object a.b [1]"),
                of("NEWOBJ", 0x81, code("ca\nb\nK\1\u0085\u0081"), "object a.b [1]"),
                of("NEWOBJ_EX", 0x92, code("ca\nb\nK\1\u0085}U\1kK\2s\u0092"), "object a.b [1, {k=2}]"),
                of("PERSID", 'P', code("Pstorage 1\n"), "persistent storage 1"),
                of("BINPERSID", 'Q', code("K\1Q"), "persistent 1"));
    }

    /** Containers and records as text or plain collections that can be compared. */
    private static Object plain(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(PickleOpcodesTest::plain).toList();
        }
        if (value instanceof PyDict dict) {
            Map<String, Object> map = new TreeMap<>();
            dict.entries().forEach(entry -> map.put(String.valueOf(entry.key()), plain(entry.value())));
            return map;
        }
        if (value instanceof PyTuple tuple) {
            return "tuple " + plain(tuple.items());
        }
        if (value instanceof PySet set) {
            return "set " + set.items();
        }
        if (value instanceof byte[] raw) {
            return "bytes " + java.util.HexFormat.of().formatHex(raw);
        }
        if (value instanceof PyGlobal global) {
            return "global " + global.qualified();
        }
        if (value instanceof PyPersistent persistent) {
            return "persistent " + persistent.id();
        }
        if (value instanceof PyObject object) {
            Object state = object.state() == PyNone.NONE ? "" : " " + plain(object.state());
            return "object " + object.type().qualified() + " " + plain(object.args()) + state;
        }
        return value;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachOpcodeDoesWhatPickletoolsSays(Case one) {
        assertThat(plain(one.pickle().read())).isEqualTo(one.value());
    }

    /** The 68 opcodes of Python 3.8 and later; the two for buffers outside the file are refused instead. */
    @Test
    void noOpcodeIsLeftOut() {
        Set<Integer> all = "()]}.012BCFGIJKLMNPQRSTUVXabcdeghijlopqrstu"
                .chars()
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        for (int op = 0x80; op <= 0x98; op++) {
            all.add(op);
        }
        assertThat(all).hasSize(68);
        Set<Integer> tried = cases().map(Case::opcode).collect(Collectors.toCollection(TreeSet::new));
        tried.addAll(List.of(0x97, 0x98));
        assertThat(tried).isEqualTo(all);
    }

    static Stream<Integer> unknownOpcodes() {
        Set<Integer> known = cases().map(Case::opcode).collect(Collectors.toSet());
        return Stream.iterate(0, op -> op < 256, op -> op + 1).filter(op -> !known.contains(op));
    }

    @ParameterizedTest
    @MethodSource("unknownOpcodes")
    void allOtherBytesAreRefused(int op) {
        byte[] pickle = code("K\1").u8(op).stop();
        assertThatThrownBy(() -> PickleReader.read(pickle, PickleLimits.DEFAULT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(op == 0x97 || op == 0x98 ? "offset 2" : "opcode (" + op + ") at offset (2)")
                .hasMessageContaining("Maybe");
    }

    /** Cut anywhere before the STOP, no case may give a value. */
    @ParameterizedTest
    @MethodSource("cases")
    void noCutPickleGivesAValue(Case one) {
        byte[] whole = one.pickle().unfinished();
        List<Integer> read = new ArrayList<>();
        for (int cut = 0; cut < whole.length; cut++) {
            byte[] part = Arrays.copyOf(whole, cut);
            try {
                PickleReader.read(part, PickleLimits.DEFAULT);
                read.add(cut);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isEmpty();
    }

    static Stream<Integer> takers() {
        IntStream low = "012RQabdeiloprstuq.".chars();
        IntStream high = IntStream.of(0x81, 0x85, 0x86, 0x87, 0x90, 0x91, 0x92, 0x93, 0x94);
        return IntStream.concat(low, high).boxed();
    }

    @ParameterizedTest
    @MethodSource("takers")
    void opcodesThatTakeSomethingRefuseAnEmptyStack(int op) {
        byte[] alone = PickleCode.start().u8(op).text("9\n9\n0000").stop();
        assertThatThrownBy(() -> PickleReader.read(alone, PickleLimits.DEFAULT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("offset");
    }
}
