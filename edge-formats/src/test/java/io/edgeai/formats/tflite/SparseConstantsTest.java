package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Sparse constants of random shapes, orders and blocks: packed by the format's description, unfolded by the reader. */
class SparseConstantsTest {
    /** A dimension in the order of traversal: dense, or the places of what is there for each parent. */
    private static final class Level {
        final boolean dense;
        final int size;
        final List<Integer> segments = new ArrayList<>(List.of(0));
        final List<Integer> indices = new ArrayList<>();

        Level(boolean dense, int size) {
            this.dense = dense;
            this.size = size;
        }

        Table write(int indexType) {
            Table level = table().with(0, (byte) (dense ? 0 : 1)).with(1, size);
            if (!dense) {
                level.with(2, (byte) indexType).with(3, vector(segments, indexType));
                level.with(4, (byte) indexType).with(5, vector(indices, indexType));
            }
            return level;
        }

        /** 1: 32 bits, 2: 16 bits, 3: 8 bits. */
        private static Table vector(List<Integer> values, int indexType) {
            short[] shorts = new short[values.size()];
            byte[] bytes = new byte[values.size()];
            for (int i = 0; i < shorts.length; i++) {
                shorts[i] = values.get(i).shortValue();
                bytes[i] = values.get(i).byteValue();
            }
            return switch (indexType) {
                case 1 -> table().with(0, values.stream().mapToInt(i -> i).toArray());
                case 2 -> table().with(0, shorts);
                default -> table().with(0, bytes);
            };
        }
    }

    /** Visits the places below a level, keeping those whose block or element is there. */
    private static void pack(
            List<Level> levels, int depth, int[] order, int[] place, Consumer<int[]> leaf, Predicate<int[]> kept) {
        if (depth == levels.size()) {
            leaf.accept(place.clone());
            return;
        }
        Level level = levels.get(depth);
        for (int i = 0; i < level.size; i++) {
            place[order[depth]] = i;
            boolean there = level.dense || depth < levels.size() - 1 || kept.test(place.clone());
            if (there) {
                if (!level.dense) {
                    level.indices.add(i);
                }
                pack(levels, depth + 1, order, place, leaf, kept);
            }
        }
        if (!level.dense) {
            level.segments.add(level.indices.size());
        }
    }

    private static float[] unfolded(TfliteFile file, int tensor) {
        ByteBuffer data = TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test")
                .main()
                .tensors()
                .get(tensor)
                .data();
        float[] found = new float[data.remaining() / 4];
        data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(found);
        return found;
    }

    @Test
    void matricesInEitherOrderWithTheLastDimensionCompressed() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int[] shape = {1 + random.nextInt(5), 1 + random.nextInt(5)};
            int[] order = random.nextBoolean() ? new int[] {0, 1} : new int[] {1, 0};
            float[] full = new float[shape[0] * shape[1]];
            for (int i = 0; i < full.length; i++) {
                full[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(9) : 0;
            }
            List<Level> levels = List.of(new Level(true, shape[order[0]]), new Level(false, shape[order[1]]));
            List<Float> values = new ArrayList<>();
            pack(
                    levels,
                    0,
                    order,
                    new int[2],
                    at -> values.add(full[at[0] * shape[1] + at[1]]),
                    at -> full[at[0] * shape[1] + at[1]] != 0);
            int indexType = 1 + random.nextInt(3);
            TfliteFile file = new TfliteFile();
            int w = file.floats(array(values), shape);
            file.raw(w)
                    .with(
                            6,
                            table().with(0, order)
                                    .with(
                                            2,
                                            levels.stream()
                                                    .map(level -> level.write(indexType))
                                                    .toList()));
            if (values.isEmpty()) {
                continue; // nothing to keep is no constant
            }

            assertThat(unfolded(file, w))
                    .as("seed %d index type %d", seed, indexType)
                    .containsExactly(full);
        }
    }

    private static float[] array(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    /** Rows of blocks of 1 x 4, as fast kernels want them: dimensions 0, 1 and the block of dimension 1. */
    @Test
    void blocksOfFour() {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(4);
            int blocks = 1 + random.nextInt(3);
            float[] full = new float[rows * blocks * 4];
            boolean[] there = new boolean[rows * blocks];
            for (int i = 0; i < full.length; i++) {
                there[i / 4] = i % 4 == 0 ? random.nextBoolean() : there[i / 4];
                full[i] = there[i / 4] ? 1 + random.nextInt(9) : 0;
            }
            Level row = new Level(true, rows);
            Level block = new Level(false, blocks);
            List<Float> values = new ArrayList<>();
            for (int r = 0; r < rows; r++) {
                for (int b = 0; b < blocks; b++) {
                    if (there[r * blocks + b]) {
                        block.indices.add(b);
                        for (int i = 0; i < 4; i++) {
                            values.add(full[(r * blocks + b) * 4 + i]);
                        }
                    }
                }
                block.segments.add(block.indices.size());
            }
            TfliteFile file = new TfliteFile();
            int w = file.floats(array(values), rows, blocks * 4);
            file.raw(w)
                    .with(
                            6,
                            table().with(0, new int[] {0, 1, 2})
                                    .with(1, new int[] {1})
                                    .with(2, List.of(row.write(1), block.write(1), new Level(true, 4).write(1))));
            if (values.isEmpty()) {
                continue;
            }

            assertThat(unfolded(file, w)).as("seed %d", seed).containsExactly(full);
        }
    }

    private static String damage(int[] shape, int[] order, List<Table> levels) {
        TfliteFile file = new TfliteFile();
        int w = file.floats(new float[] {1, 2}, shape);
        file.raw(w).with(6, table().with(0, order).with(2, levels));
        Throwable thrown = catchThrowable(() -> unfolded(file, w));
        return thrown instanceof ModelFormatException ? thrown.getMessage() : "no typed error: " + thrown;
    }

    private static Table compressed(int[] segments, int[] indices) {
        return table().with(0, (byte) 1)
                .with(2, (byte) 1)
                .with(3, table().with(0, segments))
                .with(4, (byte) 1)
                .with(5, table().with(0, indices));
    }

    @Test
    void partsThatDoNotFitAreSaid() {
        Table two = table().with(1, 2);
        Table thousand = table().with(1, 1000);
        int[] both = {0, 1};
        assertThat(damage(new int[] {2, 2}, new int[] {0}, List.of(two))).contains("whose parts do not fit");
        assertThat(damage(new int[] {2, 2}, new int[] {0, 2}, List.of(two, two)))
                .contains("whose parts do not fit");
        assertThat(damage(new int[] {2, 2}, new int[] {0, -1}, List.of(two, two)))
                .contains("whose parts do not fit");
        assertThat(damage(new int[] {2, 2}, both, List.of(two, compressed(new int[] {0}, new int[0]))))
                .contains("with too few segments");
        assertThat(damage(new int[] {2, 2}, both, List.of(two, compressed(new int[] {0, 1, 3}, new int[] {0}))))
                .contains("with too few indices");
        assertThat(damage(new int[] {2, 2}, both, List.of(two, compressed(new int[] {0, 1, 2}, new int[] {0, 2}))))
                .contains("with an index outside its shape");
        assertThat(damage(new int[] {2, 2}, both, List.of(two, compressed(new int[] {0, 2, 3}, new int[] {0, 1, 1}))))
                .contains("with too few values");
        assertThat(damage(new int[] {2, 2}, both, List.of(thousand, compressed(new int[1001], new int[0]))))
                .contains("that unfolds without end");
        assertThat(damage(new int[] {1 << 15, 1 << 15}, both, List.of(two, two)))
                .contains("whose parts do not fit"); // 4 GiB
    }

    @Test
    void wordsAndNibblesAreNeverSparse() {
        TfliteFile file = new TfliteFile();
        int w = file.constant(TensorType.INT4, new byte[] {1}, 2);
        file.raw(w).with(6, table().with(0, new int[] {0}).with(2, List.of(table().with(1, 2))));
        file.input(FLOAT32, 1);

        assertThatThrownBy(() -> TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("has a sparse constant of type (INT4)");
    }
}
