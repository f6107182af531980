package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves between space, depth and batch: every element lands where the definition sends it. */
class SpaceBatchDepthTest {
    private static final int RUNS = 40;

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64", "INT8", "UINT8"})
    void blocksOfSpaceBecomeDepthAndBack(TensorType type) {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            int block = 1 + random.nextInt(3);
            int depth = 1 + random.nextInt(3);
            int[] wide = {2, 2 * block, 3 * block, depth};
            int[] deep = {2, 2, 3, depth * block * block};
            Numbers x = Numbers.between(type, random, 0, 100, wide);
            Numbers deepened = Numbers.computed(deep, at -> {
                int row = at[3] / depth / block;
                int column = at[3] / depth % block;
                return x.at(at[0], at[1] * block + row, at[2] * block + column, at[3] % depth);
            });
            Numbers y = Numbers.of(type, deepened.stored, deep);

            double[] down = new OneOperator(Builtin.SPACE_TO_DEPTH, table().with(0, block))
                    .fed(x)
                    .into(type, deep)
                    .answer();
            double[] up = new OneOperator(Builtin.DEPTH_TO_SPACE, table().with(0, block))
                    .fed(y)
                    .into(type, wide)
                    .answer();

            assertThat(down).as("down, seed %d block %d", seed, block).containsExactly(y.stored);
            assertThat(up).as("up, seed %d block %d", seed, block).containsExactly(x.stored);
        }
    }

    /** Blocks, and the filling or cut at both ends, of one or two inner dimensions. */
    private record Blocks(int[] block, int[] edges, int[] small, int[] large, int batch, int depth) {
        static Blocks draw(Random random) {
            int inner = 1 + random.nextInt(2);
            int[] block = new int[inner];
            int[] edges = new int[2 * inner];
            int[] small = new int[inner + 2];
            int[] large = new int[inner + 2];
            int batch = 1 + random.nextInt(2);
            small[0] = batch;
            large[0] = batch;
            for (int i = 0; i < inner; i++) {
                block[i] = 1 + random.nextInt(3);
                small[i + 1] = 1 + random.nextInt(3);
                edges[2 * i] = random.nextInt(2);
                edges[2 * i + 1] = random.nextInt(2);
                large[i + 1] = Math.max(1, small[i + 1] * block[i] - edges[2 * i] - edges[2 * i + 1]);
                edges[2 * i + 1] = small[i + 1] * block[i] - edges[2 * i] - large[i + 1];
                if (edges[2 * i + 1] < 0) {
                    edges[2 * i] = 0;
                    edges[2 * i + 1] = small[i + 1] * block[i] - large[i + 1];
                }
                small[0] *= block[i];
            }
            int depth = 1 + random.nextInt(2);
            small[inner + 1] = depth;
            large[inner + 1] = depth;
            return new Blocks(block, edges, small, large, batch, depth);
        }

        /** Where in the large value an element of the small one is from; null in the filling. */
        int[] from(int[] at) {
            int[] found = new int[large.length];
            int phase = at[0] / batch;
            found[0] = at[0] % batch;
            found[large.length - 1] = at[large.length - 1];
            for (int i = block.length - 1; i >= 0; i--) {
                found[i + 1] = at[i + 1] * block[i] + phase % block[i] - edges[2 * i];
                phase /= block[i];
                if (found[i + 1] < 0 || found[i + 1] >= large[i + 1]) {
                    return new int[0];
                }
            }
            return found;
        }

        Numbers edgesTensor() {
            return Numbers.of(
                    TensorType.INT32,
                    java.util.Arrays.stream(edges).asDoubleStream().toArray(),
                    block.length,
                    2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64"})
    void spaceBecomesBatchWithZerosAround(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Blocks blocks = Blocks.draw(random);
            Numbers x = Numbers.between(type, random, -90, 90, blocks.large);

            double[] found = new OneOperator(Builtin.SPACE_TO_BATCH_ND, table())
                    .fed(x)
                    .constant(Numbers.ints(blocks.block))
                    .constant(blocks.edgesTensor())
                    .into(type, blocks.small)
                    .answer();

            Numbers exact = Numbers.computed(blocks.small, at -> {
                int[] from = blocks.from(at);
                return from.length == 0 ? 0 : x.at(from);
            });
            assertThat(found).as("seed %d", seed).containsExactly(exact.stored);
        }
    }

    /** The way back: what the way there filled in is cut off, all the rest is where it was. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32", "INT64"})
    void batchBecomesSpaceAgain(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Blocks blocks = Blocks.draw(random);
            Numbers x = Numbers.between(type, random, -90, 90, blocks.small);
            double[] exact = new double[Numbers.count(blocks.large)];
            for (int i = 0; i < x.stored.length; i++) {
                int[] to = blocks.from(Numbers.index(blocks.small, i));
                if (to.length > 0) {
                    exact[Numbers.flat(blocks.large, to)] = x.stored[i];
                }
            }

            double[] found = new OneOperator(Builtin.BATCH_TO_SPACE_ND, table())
                    .fed(x)
                    .constant(Numbers.ints(blocks.block))
                    .constant(blocks.edgesTensor())
                    .into(type, blocks.large)
                    .answer();

            assertThat(found).as("seed %d", seed).containsExactly(exact);
        }
    }

    /** What fills the edges stands for zero; all else keeps its integer. */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT16"})
    void quantizedValuesKeepTheirIntegers(TensorType type) {
        long zero = type == TensorType.INT16 ? 0 : 9;
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Blocks blocks = Blocks.draw(random);
            Numbers x = Numbers.whole(type, random, blocks.large).scaled(.5, zero);

            double[] found = new OneOperator(Builtin.SPACE_TO_BATCH_ND, table())
                    .fed(x)
                    .constant(Numbers.ints(blocks.block))
                    .constant(blocks.edgesTensor())
                    .into(type, .5, zero, blocks.small)
                    .answer();

            Numbers exact = Numbers.computed(blocks.small, at -> {
                int[] from = blocks.from(at);
                return from.length == 0 ? zero : x.stored[Numbers.flat(blocks.large, from)];
            });
            assertThat(found).as("seed %d", seed).containsExactly(exact.stored);
        }
        Numbers x = Numbers.whole(type, new Random(1), 1, 4, 4, 2).scaled(.5, zero);
        double[] deep = new OneOperator(Builtin.SPACE_TO_DEPTH, table().with(0, 2))
                .fed(x)
                .into(type, .5, zero, 1, 2, 2, 8)
                .answer();
        double[] back = new OneOperator(Builtin.DEPTH_TO_SPACE, table().with(0, 2))
                .fed(Numbers.of(type, deep, 1, 2, 2, 8).scaled(.5, zero))
                .into(type, .5, zero, 1, 4, 4, 2)
                .answer();
        assertThat(back).containsExactly(x.stored);
    }
}
