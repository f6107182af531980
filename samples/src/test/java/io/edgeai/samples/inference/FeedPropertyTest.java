package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeedPropertyTest {
    private static Tensor ramp(long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.of(values, shape);
    }

    private static TensorSpec spec(long... dims) {
        return TensorSpec.of("x", ElementType.FLOAT, dims);
    }

    private static boolean accepts(TensorSpec spec, long[] shape) {
        if (spec.shape().size() != shape.length) {
            return false;
        }
        for (int d = 0; d < shape.length; d++) {
            Dim dim = spec.shape().get(d);
            if (dim.known() && dim.size() != shape[d]) {
                return false;
            }
        }
        return true;
    }

    /** Whatever is accepted, each run's tensor has a shape of the model, and all runs together are the data. */
    @Test
    void everyRunHasTheModelsShapeAndNothingIsLost() {
        long seed = 70;
        Random random = new Random(seed);
        int fed = 0;
        for (int round = 0; round < 6_000; round++) {
            long[] dims = random.longs(random.nextInt(4), 0, 5)
                    .map(d -> d == 0 ? -1 : d)
                    .toArray();
            long[] shape = random.longs(random.nextInt(4), 1, 7).toArray();
            TensorSpec spec = spec(dims);
            Tensor data = ramp(shape);
            Feed feed;
            try {
                feed = Feed.fit(spec, data);
            } catch (InvalidInputException e) {
                assertThat(e.getMessage()).contains("Maybe");
                assertThat(accepts(spec, shape)).isFalse();
                continue;
            }
            fed++;
            String where = "seed " + seed + ", round " + round + ": " + spec + " of " + Arrays.toString(shape);
            assertThat(feed.tensor().floats()).as(where).containsExactly(data.floats());
            List<Float> seen = new ArrayList<>();
            long total = feed.samples();
            long step = feed.perRun() > 0 ? feed.perRun() : Math.max(1, total);
            for (long from = 0; from < Math.max(1, total); from += step) {
                Tensor run = feed.slice(from, Math.min(Math.max(1, total), from + step));
                assertThat(accepts(spec, run.shape()))
                        .as("%s, run %s", where, run)
                        .isTrue();
                for (float value : run.floats()) {
                    seen.add(value);
                }
            }
            assertThat(seen).as(where).hasSize((int) data.elements());
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i)).as(where).isEqualTo(i);
            }
        }
        assertThat(fed).isGreaterThan(300);
    }

    @Test
    void dataOfTheModelsOwnShapeIsTakenAsItIs() {
        Random random = new Random(71);
        for (int round = 0; round < 500; round++) {
            long[] shape = random.longs(1 + random.nextInt(4), 1, 6).toArray();
            long[] dims = Arrays.stream(shape)
                    .map(d -> random.nextInt(3) == 0 ? -1 : d)
                    .toArray();
            Tensor data = ramp(shape);
            Feed feed = Feed.fit(spec(dims), data);

            assertThat(feed.tensor()).isSameAs(data);
            assertThat(feed.samples()).isEqualTo(dims[0] < 0 ? shape[0] : 0);
        }
    }

    @Test
    void everyNumberOfMissingValuesIsRefused() {
        for (int width = 1; width <= 30; width++) {
            Tensor data = ramp(5, width);
            if (width == 12) {
                assertThat(Feed.fit(spec(-1, 3, 4), data).tensor().shape()).containsExactly(5, 3, 4);
            } else {
                String values = "not " + width;
                assertThatThrownBy(() -> Feed.fit(spec(-1, 3, 4), data))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("12 values for each sample")
                        .hasMessageContaining(values);
            }
        }
    }

    /** Cutting and joining rows of any type is the identity, against a copy of the bytes. */
    @Test
    void cuttingAndJoiningIsTheIdentityForEveryType() {
        long seed = 72;
        Random random = new Random(seed);
        for (ElementType type : ElementType.values()) {
            if (type.bits() < 8 && type != ElementType.STRING) {
                continue;
            }
            for (int round = 0; round < 20; round++) {
                int rows = 1 + random.nextInt(9);
                long[] shape = {rows, 1 + random.nextInt(3), 1 + random.nextInt(3)};
                int perRow = (int) (shape[1] * shape[2]);
                Tensor whole;
                if (type == ElementType.STRING) {
                    String[] texts = new String[rows * perRow];
                    Arrays.setAll(texts, i -> "t" + random.nextInt(100));
                    whole = Tensor.of(texts, shape);
                } else {
                    byte[] bytes = new byte[rows * perRow * type.bits() / 8];
                    random.nextBytes(bytes);
                    whole = Tensor.ofBytes(type, bytes, shape);
                }
                List<Tensor> parts = new ArrayList<>();
                List<Long> sizes = new ArrayList<>();
                for (int from = 0; from < rows; ) {
                    int to = Math.min(rows, from + 1 + random.nextInt(4));
                    parts.add(TensorRows.slice(
                            whole, from * perRow, to * perRow, new long[] {to - from, shape[1], shape[2]}));
                    sizes.add((long) to - from);
                    from = to;
                }
                Tensor joined = TensorRows.join("y", parts, sizes, false);

                assertThat(joined.shape()).as("seed %d, %s", seed, type).containsExactly(shape);
                if (type == ElementType.STRING) {
                    assertThat(joined.strings()).containsExactly(whole.strings());
                } else {
                    assertThat(joined.bytes()).containsExactly(whole.bytes());
                }
            }
        }
    }

    @Test
    void answersThatDoNotBelongToSamplesAreNotJoined() {
        List<Long> sizes = List.of(2L, 1L);
        assertThatThrownBy(() -> TensorRows.join("y", List.of(ramp(3, 2), ramp(1, 2)), sizes, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Output (y)")
                .hasMessageContaining("[3, 2]");
        assertThatThrownBy(() -> TensorRows.join("y", List.of(ramp(2, 2), ramp(1, 3)), sizes, false))
                .hasMessageContaining("[1, 3]");
        assertThatThrownBy(() -> TensorRows.join("y", List.of(ramp(), ramp()), sizes, false))
                .hasMessageContaining("--batch-size 0");
        // several answers for each sample are joined: 2 · 3 and 1 · 3 rows
        assertThat(TensorRows.join("y", List.of(ramp(6, 2), ramp(3, 2)), sizes, false)
                        .shape())
                .containsExactly(9, 2);
    }

    @Test
    void zerosAmongTheDimensionsAreHandled() {
        assertThat(Feed.fit(spec(-1, 3), ramp(0, 3)).slice(0, 0).shape()).containsExactly(0, 3);
        assertThatThrownBy(() -> Feed.fit(spec(-1, 0), ramp(2, 3))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Feed.fit(spec(-1, 3), ramp(0))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Feed.fit(spec(4, 3), ramp(0, 5))).isInstanceOf(InvalidInputException.class);
    }
}
