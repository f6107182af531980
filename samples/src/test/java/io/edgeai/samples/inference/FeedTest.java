package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedTest {
    private static long[] dims(String text) {
        return text.isBlank()
                ? new long[0]
                : Arrays.stream(text.trim().split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray();
    }

    private static TensorSpec spec(String text) {
        return new TensorSpec(
                "x",
                ElementType.FLOAT,
                text.isBlank()
                        ? java.util.List.of()
                        : Stream.of(text.trim().split(" "))
                                .map(d -> d.equals("?") ? Dim.UNKNOWN : Dim.of(Long.parseLong(d)))
                                .toList());
    }

    private static Tensor ramp(long... shape) {
        int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return Tensor.of(values, shape);
    }

    @ParameterizedTest
    @CsvSource({
        // model, data, expected shape, samples in one run (0 any, -1 whole)
        "? 3,5 3,5 3,0",
        "? 3,3,1 3,0",
        "5 3,5 3,5 3,-1",
        "1 3,3,1 3,-1",
        "1 3,4 3,4 3,1",
        "2 3,4 3,4 3,2",
        "? 1 28 28,10 28 28,10 1 28 28,0",
        "? 1 28 28,10 784,10 1 28 28,0",
        "1 1 28 28,10 784,10 1 28 28,1",
        "? ? 4,6 12,6 3 4,0",
        "? 3,3 1,3 1,-9",
        "?,5 1,5,0",
        "?,5,5,0",
        "3,2 3,2 3,1",
        "2 3,1 6,2 3,-1",
        "2 3,6,2 3,-1",
        "'',1,'',-1",
        "'',1 1,'',-1",
        "? 2,'',?,-9",
    })
    void fits(String model, String data, String expected, long perRun) {
        Tensor tensor = ramp(dims(data));
        if (perRun == -9) {
            assertThatThrownBy(() -> Feed.fit(spec(model), tensor))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
            return;
        }
        Feed feed = Feed.fit(spec(model), tensor);

        assertThat(feed.tensor().shape()).containsExactly(dims(expected));
        assertThat(feed.perRun()).isEqualTo(perRun);
        assertThat(feed.tensor().floats()).containsExactly(tensor.floats());
    }

    @Test
    void aNumberOfSamplesThatIsNoMultipleIsRefused() {
        assertThatThrownBy(() -> Feed.fit(spec("4 3"), ramp(6, 3)))
                .hasMessageContaining("4 samples at once")
                .hasMessageContaining("(6)");
    }

    @Test
    void modelsWithoutASampleDimensionGetOneRowEach() {
        Feed feed = Feed.fit(spec("2 2"), ramp(3, 4));

        assertThat(feed.unbatched()).isTrue();
        assertThat(feed.samples()).isEqualTo(3);
        Tensor second = feed.slice(1, 2);
        assertThat(second.shape()).containsExactly(2, 2);
        assertThat(second.floats()).containsExactly(4, 5, 6, 7);
    }

    @Test
    void slicesAreRows() {
        Feed feed = Feed.fit(spec("? 2"), ramp(4, 2));

        assertThat(feed.slice(1, 3).floats()).containsExactly(2, 3, 4, 5);
        assertThat(feed.slice(1, 3).shape()).containsExactly(2, 2);
        assertThat(feed.slice(0, 4)).isSameAs(feed.tensor());
        assertThat(Feed.fit(spec("4 2"), ramp(4, 2)).slice(1, 2).shape()).containsExactly(4, 2);
    }

    @Test
    void emptyDataHasNoSamples() {
        assertThat(Feed.fit(spec("? 2"), ramp(0, 2)).samples()).isZero();
    }

    @Test
    void joinedSlicesAreTheWhole() {
        Tensor whole = ramp(7, 2, 3);
        Feed feed = Feed.fit(spec("? 2 3"), whole);
        Tensor joined = TensorRows.join(
                "y",
                java.util.List.of(feed.slice(0, 3), feed.slice(3, 6), feed.slice(6, 7)),
                java.util.List.of(3L, 3L, 1L),
                false);

        assertThat(joined.shape()).containsExactly(7, 2, 3);
        assertThat(joined.floats()).containsExactly(whole.floats());
    }

    @Test
    void stringsAreSlicedAndJoinedToo() {
        Tensor text = Tensor.of(new String[] {"a", "b", "c", "d"}, 2, 2);
        Tensor first = TensorRows.slice(text, 0, 2, new long[] {1, 2});
        Tensor second = TensorRows.slice(text, 2, 4, new long[] {1, 2});

        assertThat(second.strings()).containsExactly("c", "d");
        Tensor joined = TensorRows.join("y", java.util.List.of(first, second), java.util.List.of(1L, 1L), false);
        assertThat(joined.strings()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void scalarsAreStacked() {
        Tensor joined = TensorRows.join("y", java.util.List.of(ramp(), ramp()), java.util.List.of(1L, 1L), true);

        assertThat(joined.shape()).containsExactly(2);
    }
}
