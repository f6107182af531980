package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pools of random windows: what lies outside of the input counts for nothing, whatever the padding. */
class PoolsPropertyTest {
    private static final int RUNS = 50;

    private static final class Draw {
        final Random random;
        final boolean same;
        final Sliding rows;
        final Sliding columns;
        final int activation;
        final String how;

        Draw(long seed) {
            random = new Random(seed);
            same = random.nextBoolean();
            rows = Sliding.random(random, 3 + random.nextInt(6), false, same);
            columns = Sliding.random(random, 3 + random.nextInt(6), false, same);
            activation = random.nextInt(4);
            how = "seed " + seed + ": " + rows + " " + columns + " activation " + activation;
        }

        Table options() {
            return table().with(0, (byte) (same ? 0 : 1))
                    .with(1, columns.stride())
                    .with(2, rows.stride())
                    .with(3, columns.kernel())
                    .with(4, rows.kernel())
                    .with(5, (byte) activation);
        }

        int[] input() {
            return new int[] {2, rows.size(), columns.size(), 3};
        }

        int[] output() {
            return new int[] {2, rows.outputs(), columns.outputs(), 3};
        }

        Numbers pooled(Numbers x, ToDoubleFunction<List<Double>> rule) {
            return Numbers.computed(output(), at -> {
                List<Double> seen = new ArrayList<>();
                for (int r = 0; r < rows.kernel(); r++) {
                    for (int c = 0; c < columns.kernel(); c++) {
                        if (rows.inside(at[1], r) && columns.inside(at[2], c)) {
                            seen.add(x.at(at[0], rows.at(at[1], r), columns.at(at[2], c), at[3]));
                        }
                    }
                }
                double value = rule.applyAsDouble(seen);
                return switch (activation) {
                    case 1 -> Math.max(0, value);
                    case 2 -> Math.max(-1, Math.min(1, value));
                    case 3 -> Math.max(0, Math.min(6, value));
                    default -> value;
                };
            });
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElseThrow();
    }

    private static double greatest(List<Double> values) {
        return values.stream().mapToDouble(v -> v).max().orElseThrow();
    }

    private static double rootOfMeanSquare(List<Double> values) {
        return Math.sqrt(values.stream().mapToDouble(v -> v * v).average().orElseThrow());
    }

    private static ToDoubleFunction<List<Double>> rule(Builtin pool) {
        return switch (pool) {
            case AVERAGE_POOL_2D -> PoolsPropertyTest::mean;
            case MAX_POOL_2D -> PoolsPropertyTest::greatest;
            default -> PoolsPropertyTest::rootOfMeanSquare;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"})
    void poolsOfRealNumbers(Builtin pool) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed);
            Numbers x = Numbers.reals(draw.random, draw.input());

            double[] found = new OneOperator(pool, draw.options())
                    .fed(x)
                    .into(FLOAT32, draw.output())
                    .answer();

            assertThat(draw.pooled(x, rule(pool)).relative(found)).as(draw.how).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT16"})
    void averagesOfIntegersAreWithinOneQuantum(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed);
            long zero = type == INT16 ? 0 : 17;
            Numbers x = Numbers.whole(type, draw.random, draw.input()).scaled(.05, zero);

            double[] found = new OneOperator(Builtin.AVERAGE_POOL_2D, draw.options())
                    .fed(x)
                    .into(type, .05, zero, draw.output())
                    .answer();

            Numbers exact = draw.pooled(x, PoolsPropertyTest::mean).quantized(type, .05, zero);
            assertThat(exact.apart(found)).as(draw.how).isLessThanOrEqualTo(1);
        }
    }

    /** A maximum is one of the integers, so it comes out as it went in. */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT16"})
    void maximaOfIntegersAreExact(TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Draw draw = new Draw(seed);
            long zero = type == INT16 ? 0 : 17;
            Numbers x = Numbers.whole(type, draw.random, draw.input()).scaled(.05, zero);

            double[] found = new OneOperator(Builtin.MAX_POOL_2D, draw.options())
                    .fed(x)
                    .into(type, .05, zero, draw.output())
                    .answer();

            Numbers exact = draw.pooled(x, PoolsPropertyTest::greatest).quantized(type, .05, zero);
            assertThat(found).as(draw.how).containsExactly(exact.stored);
        }
    }

    private static OneOperator open(Draw draw, Numbers x) {
        OneOperator pool =
                new OneOperator(Builtin.AVERAGE_POOL_2D, draw.options()).fed(x).into(FLOAT32, draw.output());
        pool.file.signature(0, -1, -1, -1, 3).signature(1, -1, -1, -1, 3);
        return pool;
    }

    /** Sizes that the file leaves open are filled as the ones it states, or refused where windows leave gaps. */
    @Test
    void openSizesArePaddedWhenTheyAreKnown() {
        int refused = 0;
        for (long seed = 0; seed < 2 * RUNS; seed++) {
            Draw draw = new Draw(seed);
            Numbers x = Numbers.reals(draw.random, draw.input());
            boolean points = draw.rows.kernel() == 1 && draw.columns.kernel() == 1;
            boolean gaps = draw.rows.kernel() < draw.rows.stride() || draw.columns.kernel() < draw.columns.stride();
            if (draw.same && gaps && !points) {
                assertThatThrownBy(open(draw, x)::graph)
                        .as(draw.how)
                        .isInstanceOf(UnsupportedOperatorException.class)
                        .hasMessageContaining("over sizes that are not known");
                refused++;
                continue;
            }
            assertThat(draw.pooled(x, PoolsPropertyTest::mean)
                            .relative(open(draw, x).answer()))
                    .as(draw.how)
                    .isLessThan(1e-5);
        }
        assertThat(refused).isBetween(1, RUNS);
    }

    /** Each value by (bias + alpha * sum of squares of its neighbours)^beta. */
    @Test
    void localResponseNormalizationSeesNeighbouringChannels() {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            int radius = random.nextInt(4);
            Numbers x = Numbers.reals(random, 1, 2, 3, 1 + random.nextInt(6));
            float bias = 1 + random.nextInt(3) / 2f;
            float alpha = .1f + random.nextInt(5) / 10f;

            double[] found = new OneOperator(
                            Builtin.LOCAL_RESPONSE_NORMALIZATION,
                            table().with(0, radius).with(1, bias).with(2, alpha).with(3, .75f))
                    .fed(x)
                    .into(FLOAT32, x.dims)
                    .answer();

            Numbers exact = Numbers.computed(x.dims, at -> {
                double squares = 0;
                for (int c = Math.max(0, at[3] - radius); c <= Math.min(x.dims[3] - 1, at[3] + radius); c++) {
                    squares += Math.pow(x.at(at[0], at[1], at[2], c), 2);
                }
                return x.at(at) / Math.pow(bias + alpha * squares, .75);
            });
            assertThat(exact.relative(found))
                    .as("seed %d radius %d", seed, radius)
                    .isLessThan(1e-5);
        }
    }

    @Test
    void anEightBitL2NormalizationKeepsUnitLength() {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.whole(INT8, random, 2, 1 + random.nextInt(6)).scaled(.04, 3);

            double[] found = new OneOperator(Builtin.L2_NORMALIZATION, table())
                    .fed(x)
                    .into(INT8, 1 / 128.0, 0, x.dims)
                    .answer();

            Numbers exact = Numbers.computed(x.dims, at -> {
                double squares = 0;
                for (int c = 0; c < x.dims[1]; c++) {
                    squares += Math.pow(x.at(at[0], c), 2);
                }
                return x.at(at) / Math.max(1e-6, Math.sqrt(squares));
            });
            assertThat(exact.quantized(INT8, 1 / 128.0, 0).apart(found))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1);
        }
    }
}
