package io.edgeai.formats.flatbuffer;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of a FlatBuffer laid out by hand, and what is said when they point where nothing is. */
class FlatTableTest {
    private static FlatTable root(ByteBuffer bytes) {
        return new FlatBuffer(bytes, "test").root("TEST");
    }

    /** Room for hand-laid parts: the root at 8, its layout wherever the test puts it. */
    private static ByteBuffer room(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 8)
                .put(4, (byte) 'T')
                .put(5, (byte) 'E')
                .put(6, (byte) 'S')
                .put(7, (byte) 'T');
        return bytes;
    }

    /** A table with fields of 4, 1, 2, 8 and 4 bytes, its layout behind it. */
    private static ByteBuffer scalars() {
        ByteBuffer bytes = room(64);
        int table = 8;
        int layout = 40;
        bytes.putInt(table, table - layout) // the layout lies this far before, so here behind
                .putInt(table + 4, -70_000)
                .putLong(table + 8, 1L << 40)
                .putFloat(table + 16, .5f)
                .put(table + 20, (byte) -3)
                .put(table + 21, (byte) 1);
        bytes.putShort(layout, (short) 14).putShort(layout + 2, (short) 22);
        int[] fields = {4, 20, 0, 8, 16};
        for (int i = 0; i < fields.length; i++) {
            bytes.putShort(layout + 4 + 2 * i, (short) fields[i]);
        }
        return bytes;
    }

    @Test
    void fieldsStandWhereTheLayoutSays() {
        FlatTable table = root(scalars());

        assertThat(table.intField(0, 9)).isEqualTo(-70_000);
        assertThat(table.byteField(1, 9)).isEqualTo(-3);
        assertThat(table.flag(1, false)).isTrue();
        assertThat(table.longField(3, 9)).isEqualTo(1L << 40);
        assertThat(table.floatField(4, 9)).isEqualTo(.5f);
        assertThat(table.has(0)).isTrue();
    }

    /** Left out in the middle, or beyond what an older writer knew. */
    @ParameterizedTest
    @CsvSource({"2", "5", "60"})
    void fieldsLeftOutAreTheirDefaults(int field) {
        FlatTable table = root(scalars());

        assertThat(table.has(field)).isFalse();
        assertThat(table.intField(field, 9)).isEqualTo(9);
        assertThat(table.byteField(field, -1)).isEqualTo(-1);
        assertThat(table.longField(field, 8)).isEqualTo(8);
        assertThat(table.floatField(field, .25f)).isEqualTo(.25f);
        assertThat(table.flag(field, true)).isTrue();
        assertThat(table.text(field)).isEmpty();
        assertThat(table.table(field)).isNull();
        assertThat(table.tables(field)).isEmpty();
        assertThat(table.bytes(field)).isNull();
        assertThat(table.filled(field)).isFalse();
        assertThat(table.ints(field)).isEmpty();
        assertThat(table.longs(field)).isEmpty();
        assertThat(table.floats(field)).isEmpty();
        assertThat(table.unsigned(field, 1)).isEmpty();
    }

    @Test
    void vectorsTextsAndTablesAreFollowed() {
        FlatTable table = root(ByteBuffer.wrap(FlatWriter.file(
                "TEST",
                table().with(0, new int[] {1, -2})
                        .with(1, new long[] {1L << 33})
                        .with(2, new float[] {.5f, -1})
                        .with(3, "Zürich")
                        .with(4, new byte[] {1, (byte) 200})
                        .with(5, table().with(0, 5))
                        .with(6, List.of(table().with(0, 6), table().with(0, 7)))
                        .with(7, new int[0]))));

        assertThat(table.ints(0)).containsExactly(1, -2);
        assertThat(table.longs(1)).containsExactly(1L << 33);
        assertThat(table.floats(2)).containsExactly(.5f, -1);
        assertThat(table.text(3)).isEqualTo("Zürich");
        assertThat(table.unsigned(4, 1)).containsExactly(1, 200);
        assertThat(table.table(5)).isNotNull().extracting(t -> t.intField(0, 0)).isEqualTo(5);
        assertThat(table.tables(6)).extracting(t -> t.intField(0, 0)).containsExactly(6, 7);
        assertThat(table.filled(6)).isTrue();
        assertThat(table.filled(7)).isFalse();
        assertThat(table.bytes(4)).isNotNull().extracting(ByteBuffer::remaining).isEqualTo(2);
    }

    @Test
    void shortsAreWidenedWithoutSign() {
        ByteBuffer bytes = room(40);
        bytes.putInt(8, -8).putInt(12, 12); // the layout at 16, a vector at 24
        bytes.putShort(16, (short) 6).putShort(18, (short) 8).putShort(20, (short) 4);
        bytes.putInt(24, 2).putShort(28, (short) 40_000).putShort(30, (short) 3);

        assertThat(root(bytes).unsigned(0, 2)).containsExactly(40_000, 3);
    }

    /** The damage that is told; what else happens is told as well. */
    private static String damage(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        boolean typed = thrown instanceof ModelFormatException
                && thrown.getMessage().startsWith("Model (test) is a FlatBuffer that ")
                && thrown.getMessage().endsWith("Maybe it is damaged; fetch it again.");
        return typed ? thrown.getMessage() : "no typed error: " + thrown;
    }

    private static ThrowingCallable with(Consumer<ByteBuffer> damage, Consumer<FlatTable> use) {
        ByteBuffer bytes = scalars();
        damage.accept(bytes);
        return () -> use.accept(root(bytes));
    }

    @Test
    void layoutsThatAreNoneAreSaid() {
        assertThat(damage(with(b -> b.putShort(40, (short) 13), t -> {}))).contains("valid layout (at 8)");
        assertThat(damage(with(b -> b.putShort(40, (short) 2), t -> {}))).contains("valid layout (at 8)");
        assertThat(damage(with(b -> b.putShort(42, (short) 3), t -> {}))).contains("valid layout (at 8)");
        assertThat(damage(with(b -> b.putInt(8, 9), t -> {}))).contains("points outside itself");
        assertThat(damage(with(b -> b.putInt(8, Integer.MIN_VALUE), t -> {}))).contains("points outside itself");
        assertThat(damage(with(b -> b.putShort(40, (short) 0x7ffe), t -> {}))).contains("points outside itself");
        assertThat(damage(with(b -> b.putShort(42, (short) 0xffff), t -> {}))).contains("points outside itself");
    }

    @Test
    void fieldsAndOffsetsOutsideAreSaid() {
        assertThat(damage(with(b -> b.putInt(0, 62), t -> {}))).contains("points outside itself");
        assertThat(damage(with(b -> b.putInt(0, -1), t -> {}))).contains("points outside itself");
        assertThat(damage(with(b -> b.putShort(44, (short) 60), t -> t.intField(0, 0))))
                .contains("points outside itself");
        assertThat(damage(with(b -> b.putShort(50, (short) 50), t -> t.longField(3, 0))))
                .contains("points outside itself");
        assertThat(damage(with(b -> b.putInt(12, 1000), t -> t.table(0)))).contains("points outside itself");
        assertThat(damage(with(b -> b.putInt(12, -8), t -> t.text(0)))).contains("points outside itself");
    }

    /** Counts near 2^32, whose products with the width pass what 32 and 64 bits hold, make no arrays. */
    @ParameterizedTest
    @CsvSource({"-1", "2147483647", "1073741824", "536870912", "100"})
    void vectorsLongerThanTheBufferAreSaid(int count) {
        Consumer<ByteBuffer> vector = b -> b.putInt(12, 12).putInt(24, count); // a vector at 24
        List<Consumer<FlatTable>> uses = List.of(
                t -> t.ints(0),
                t -> t.longs(0),
                t -> t.floats(0),
                t -> t.bytes(0),
                t -> t.text(0),
                t -> t.tables(0),
                t -> t.filled(0),
                t -> t.unsigned(0, 2));

        for (Consumer<FlatTable> use : uses) {
            assertThat(damage(with(vector, use))).contains("points outside itself");
        }
    }

    @Test
    void rootsThatAreNoneAreSaid() {
        assertThat(damage(() -> root(ByteBuffer.allocate(7)))).contains("ends before its root");
        assertThat(damage(() -> root(ByteBuffer.allocate(64)))).contains("does not carry the mark TEST");
        assertThat(damage(() -> root(room(8)))).contains("points outside itself");
    }

    /** Reading one vector again and again is counted like reading copies of it. */
    @Test
    void whatIsCopiedIsCounted() {
        FlatTable table = root(ByteBuffer.wrap(
                FlatWriter.file("TEST", table().with(0, new int[50_000]).with(1, "x"))));

        assertThat(damage(() -> {
                    for (int i = 0; i < 100; i++) {
                        table.ints(0);
                    }
                }))
                .contains("unfolds into more than four times its size");
    }

    /** A slice of a larger buffer is a world of its own, wherever it begins. */
    @Test
    void buffersMayBeginAnywhere() {
        ByteBuffer inner = scalars();
        ByteBuffer outer = ByteBuffer.allocate(100);
        outer.position(17);
        outer.put(inner.duplicate().clear()).position(17).limit(17 + 64);

        assertThat(root(outer).intField(0, 0)).isEqualTo(-70_000);
    }

    /** Any bytes of any table give numbers or a typed error, never another one. */
    @Test
    void randomBytesAreATypedErrorOrValues() {
        long seed = 77;
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer bytes = scalars();
            for (int hit = 0; hit < 3; hit++) {
                bytes.put(8 + random.nextInt(56), (byte) random.nextInt(256));
            }
            try {
                FlatTable table = root(bytes);
                for (int field = 0; field < 6; field++) {
                    table.longField(field, 0);
                    table.ints(field);
                    table.text(field);
                    table.tables(field);
                }
            } catch (ModelFormatException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", variant " + i + ": " + e, e);
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
