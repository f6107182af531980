package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against pickles written opcode by opcode here, so that the globals they name are known. */
class PickleScanTest {
    /** A writer of opcodes that keeps what it wrote as globals. */
    private static final class Pickle {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final List<String> globals = new ArrayList<>();

        Pickle op(int... bytes) {
            for (int b : bytes) {
                out.write(b);
            }
            return this;
        }

        Pickle little(long value, int size) {
            byte[] bytes = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array();
            out.write(bytes, 0, size);
            return this;
        }

        Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        Pickle text(String text) {
            return raw(text.getBytes(StandardCharsets.UTF_8));
        }

        Pickle shortString(String text) {
            return op(0x8c, text.length()).text(text);
        }

        Pickle memoize() {
            return op(0x94);
        }

        Pickle global(String module, String name) {
            globals.add(module + "." + name);
            return op('c').text(module + "\n" + name + "\n");
        }

        Pickle stackGlobal(String module, String name) {
            globals.add(module + "." + name);
            return shortString(module)
                    .memoize()
                    .shortString(name)
                    .memoize()
                    .op(0x93)
                    .memoize();
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }

    private static PickleScan scan(Pickle pickle) {
        return PickleScan.of(pickle.bytes());
    }

    @Test
    void globalsOfBothKindsAreFound() {
        Pickle pickle = new Pickle().op(0x80, 4).op(0x95).little(50, 8);
        pickle.global("sklearn.svm", "SVC").stackGlobal("numpy", "dtype").op('.');
        PickleScan scan = scan(pickle);
        assertThat(scan.globals()).containsExactly("sklearn.svm.SVC", "numpy.dtype");
        assertThat(scan.complete()).isTrue();
        assertThat(scan.legacyTorch()).isFalse();
    }

    @Test
    void namesFromTheMemoAreFollowed() {
        Pickle pickle = new Pickle().op(0x80, 4);
        pickle.shortString("sklearn.tree._tree").memoize(); // 0
        pickle.shortString("Tree").memoize().op(0x93).memoize(); // 1, 2
        pickle.op('h', 0).shortString("Other").memoize().op(0x93);
        pickle.op('j').little(0, 4).op('h', 1).op(0x93).op('.');
        assertThat(scan(pickle).globals())
                .containsExactly("sklearn.tree._tree.Tree", "sklearn.tree._tree.Other", "sklearn.tree._tree.Tree");
    }

    @Test
    void memosOfProtocol2AndProtocol0AreFollowed() {
        Pickle two = new Pickle().op(0x80, 2);
        two.op('X')
                .little(1, 4)
                .text("m")
                .op('q', 5)
                .op('X')
                .little(1, 4)
                .text("n")
                .op('r')
                .little(70_000, 4)
                .op('0', '0');
        two.op('h', 5).op('j').little(70_000, 4).op(0x93).op('.');
        assertThat(scan(two).globals()).containsExactly("m.n");
        Pickle zero = new Pickle();
        zero.op('V')
                .text("m\n")
                .op('p')
                .text("3\n")
                .op('0')
                .op('g')
                .text("3\n")
                .op('V')
                .text("n\n")
                .op(0x93)
                .op('.');
        assertThat(scan(zero).globals()).containsExactly("m.n");
    }

    @Test
    void aValueBetweenModuleAndNameIsNoGlobal() {
        Pickle pickle = new Pickle().op(0x80, 4);
        pickle.shortString("sklearn").op('K', 1).op(0x93).op('.');
        assertThat(scan(pickle).globals()).isEmpty();
    }

    @Test
    void argumentsOfAllLengthsAreSkipped() {
        Pickle pickle = new Pickle().op(0x80, 4).op('(', ']', '}', ')');
        pickle.op('K', 'c')
                .op('M', 'c', 'c')
                .op('J', 'c', 'c', 'c', 'c')
                .op('G')
                .little(0x6363636363636363L, 8);
        pickle.op('C', 3)
                .text("ccc")
                .op('B')
                .little(4, 4)
                .text("cccc")
                .op(0x8e)
                .little(5, 8)
                .text("ccccc");
        pickle.op(0x96)
                .little(2, 8)
                .text("cc")
                .op(0x8a, 2)
                .text("cc")
                .op(0x8b)
                .little(3, 4)
                .text("ccc");
        pickle.op('U', 2)
                .text("cc")
                .op('T')
                .little(2, 4)
                .text("cc")
                .op(0x8d)
                .little(2, 8)
                .text("cc");
        pickle.op('I')
                .text("12\n")
                .op('F')
                .text("1.5\n")
                .op('L')
                .text("99L\n")
                .op('S')
                .text("'cc'\n");
        pickle.op(0x82, 1).op(0x83, 1, 2).op(0x84, 1, 2, 3, 4).op(0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91);
        pickle.op('N', 'a', 'e', 's', 'u', 'b', 'R', 'o', 't', 'l', 'd', '1', '2', 'Q', 0x81, 0x92, 0x97, 0x98);
        pickle.global("module", "Name").op('.');
        PickleScan scan = scan(pickle);
        assertThat(scan.globals()).containsExactly("module.Name");
        assertThat(scan.complete()).isTrue();
    }

    @Test
    void anUnknownOpcodeEndsTheScanQuietly() {
        Pickle pickle = new Pickle().op(0x80, 4);
        pickle.global("a", "B").op(0xff);
        pickle.global("c", "D");
        PickleScan scan = scan(pickle);
        assertThat(scan.globals()).containsExactly("a.B");
        assertThat(scan.complete()).isFalse();
    }

    @Test
    void theMagicNumberOfOldTorchFilesIsKnown() {
        Pickle pickle = new Pickle().op(0x80, 2).op(0x8a, 10);
        pickle.op(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).op('.');
        assertThat(scan(pickle).legacyTorch()).isTrue();
        Pickle other = new Pickle().op(0x80, 2).op(0x8a, 10);
        other.op(0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x18).op('.');
        assertThat(scan(other).legacyTorch()).isFalse();
    }

    @Test
    void lengthsBeyondTheEndStopIt() {
        for (long length : new long[] {100, Integer.MAX_VALUE, 0xffffffffL}) {
            assertThat(scan(new Pickle().op(0x80, 4, 'B').little(length, 4)).globals())
                    .isEmpty();
            assertThat(scan(new Pickle().op(0x80, 4, 'X').little(length, 4).text("abc"))
                            .globals())
                    .isEmpty();
        }
        assertThat(scan(new Pickle().op(0x80, 4, 0x8e).little(-1, 8)).complete())
                .isFalse();
        assertThat(scan(new Pickle().op(0x80, 4, 'c').text("no line end")).globals())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomPicklesGiveTheirGlobals(long seed) {
        Random random = new Random(seed);
        Pickle pickle = new Pickle().op(0x80, 4);
        for (int i = 0; i < 200; i++) {
            switch (random.nextInt(6)) {
                case 0 -> pickle.global("pkg" + random.nextInt(9), "Class" + random.nextInt(9));
                case 1 -> pickle.stackGlobal("mod" + random.nextInt(9), "fn" + random.nextInt(9));
                case 2 -> {
                    byte[] payload = new byte[random.nextInt(300)];
                    random.nextBytes(payload);
                    pickle.op('B').little(payload.length, 4).raw(payload);
                }
                case 3 -> pickle.op('M').little(random.nextInt(65536), 2);
                case 4 -> pickle.shortString("c" + random.nextInt(1000));
                default -> pickle.op('(', ']', 'K', random.nextInt(256), 'a');
            }
        }
        assertThat(scan(pickle.op('.')).globals()).as("seed %d", seed).isEqualTo(pickle.globals);
        byte[] bytes = pickle.bytes();
        byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        List<String> part = PickleScan.of(cut).globals();
        assertThat(pickle.globals.subList(0, part.size()))
                .as("seed %d, cut", seed)
                .isEqualTo(part);
    }
}
