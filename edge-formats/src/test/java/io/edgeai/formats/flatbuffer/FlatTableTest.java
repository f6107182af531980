package io.edgeai.formats.flatbuffer;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of a FlatBuffer: their fields, defaults, and bytes that lie. */
class FlatTableTest {
    private static FlatTable root(byte[] bytes) {
        return new FlatBuffer(ByteBuffer.wrap(bytes), "test").root("TEST");
    }

    private static FlatTable root(FlatWriter.Table table) {
        return root(FlatWriter.file("TEST", table));
    }

    @Test
    void fieldsOfEveryType() {
        FlatTable root = root(table().with(0, (byte) -3)
                .with(1, true)
                .with(2, 70_000)
                .with(3, -5_000_000_000L)
                .with(4, 1.5f)
                .with(5, "größer")
                .with(6, new int[] {1, -2})
                .with(7, new long[] {3, -4})
                .with(8, new float[] {.5f, -.25f})
                .with(9, new byte[] {1, -1}));
        assertThat(root.byteField(0, 9)).isEqualTo(-3);
        assertThat(root.flag(1, false)).isTrue();
        assertThat(root.intField(2, 9)).isEqualTo(70_000);
        assertThat(root.longField(3, 9)).isEqualTo(-5_000_000_000L);
        assertThat(root.floatField(4, 9)).isEqualTo(1.5f);
        assertThat(root.text(5)).isEqualTo("größer");
        assertThat(root.ints(6)).containsExactly(1, -2);
        assertThat(root.longs(7)).containsExactly(3, -4);
        assertThat(root.floats(8)).containsExactly(.5f, -.25f);
        assertThat(root.unsigned(9, 1)).containsExactly(1, 255);
        assertThat(root.filled(9)).isTrue();
    }

    /** Both one that others stand behind, and one behind the end of the table's own list. */
    @ParameterizedTest
    @ValueSource(ints = {0, 40})
    void aFieldThatIsLeftOutHasItsDefault(int field) {
        FlatTable root = root(table().with(1, 5));
        assertThat(root.has(field)).isFalse();
        assertThat(root.byteField(field, 9)).isEqualTo(9);
        assertThat(root.flag(field, true)).isTrue();
        assertThat(root.intField(field, 9)).isEqualTo(9);
        assertThat(root.longField(field, 9)).isEqualTo(9);
        assertThat(root.floatField(field, 9)).isEqualTo(9);
        assertThat(root.text(field)).isEmpty();
        assertThat(root.ints(field)).isEmpty();
        assertThat(root.tables(field)).isEmpty();
        assertThat(root.table(field)).isNull();
        assertThat(root.bytes(field)).isNull();
        assertThat(root.filled(field)).isFalse();
    }

    @Test
    void tablesWithinTables() {
        FlatTable root = root(
                table().with(0, table().with(0, 7)).with(1, List.of(table().with(0, 8), table(), table().with(0, 9))));
        assertThat(Objects.requireNonNull(root.table(0)).intField(0, 0)).isEqualTo(7);
        assertThat(root.tables(1)).extracting(each -> each.intField(0, -1)).containsExactly(8, -1, 9);
    }

    @Test
    void anotherMarkIsNamed() {
        byte[] bytes = FlatWriter.file("ELSE", table());
        assertThatThrownBy(() -> root(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Model (test)")
                .hasMessageContaining("does not carry the mark TEST")
                .hasMessageContaining("Maybe it is damaged");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 7})
    void aBufferThatIsTooShortIsDamaged(int length) {
        assertThatThrownBy(() -> root(new byte[length]))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("ends before its root");
    }

    /** Many vectors that are one and the same: what is copied out of them is counted. */
    @Test
    void sharedVectorsDoNotUnfold() {
        FlatTable root = root(table().with(0, new int[300_000]));
        assertThat(root.ints(0)).hasSize(300_000);
        assertThatThrownBy(() -> Collections.nCopies(10, root).forEach(each -> each.ints(0)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unfolds into more than four times its size");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void changedBytesGiveValuesOrOneError(long seed) {
        byte[] good = FlatWriter.file(
                "TEST",
                table().with(0, "text")
                        .with(1, new int[] {1, 2, 3})
                        .with(2, table().with(0, 1))
                        .with(3, List.of(table().with(0, 2), table().with(1, 3L))));
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                FlatTable root = root(bad);
                List<Object> seen = new ArrayList<>(List.of(root.text(0), root.ints(1), root.has(2)));
                FlatTable inner = root.table(2);
                seen.add(inner == null ? 0 : inner.intField(0, 0));
                root.tables(3).forEach(each -> seen.add(each.longField(1, 0)));
                assertThat(seen).hasSizeGreaterThanOrEqualTo(4);
            } catch (ModelFormatException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + e, e);
            }
        }
        assertThat(refused).as("refused of 3000, seed " + seed).isBetween(100, 2999);
    }
}
