package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is on the wire, against {@link PlainReader}. */
class CodecWirePropertyTest {
    private static final int[] SIZES = {1, 2, 3, 7, 63, 64, 65, 127, 129, 1000, 4097};

    static Stream<Arguments> kinds() {
        List<Codec> all = Codecs.all();
        return IntStream.range(0, all.size()).mapToObj(i -> Arguments.of(i, all.get(i)));
    }

    @ParameterizedTest(name = "kind {0}")
    @MethodSource("kinds")
    void everyMessageReadsAsItsFormatSays(int kind, Codec codec) {
        for (int size : SIZES) {
            byte[] message = codec.encode(Codecs.update(size, size), 3);
            PlainReader plain = new PlainReader(message);

            double[] expected = plain.values();
            double[] sum = new double[size];
            Codec.addTo(sum, 1, message);

            assertThat(sum).as("%s of %s, seed %s", codec.name(), size, size).containsExactly(expected);
            assertThat(plain.bytesRead())
                    .as("kind %s, bytes of %s values", kind, size)
                    .isEqualTo(message.length);
        }
    }

    @ParameterizedTest(name = "kind {0}")
    @MethodSource("kinds")
    void theFirstTwelveBytesAreNameVersionKindAndNumber(int kind, Codec codec) {
        byte[] message = codec.encode(new float[0x010203], 1);

        assertThat(Arrays.copyOf(message, 12)).containsExactly('E', 'U', 'P', 'D', 1, kind, 0, 0, 3, 2, 1, 0);
    }

    @ParameterizedTest(name = "kind {0}")
    @MethodSource("kinds")
    void aWeightedMessageIsTheWeightTimesItsValues(int kind, Codec codec) {
        float[] update = Codecs.update(300, kind);
        byte[] message = codec.encode(update, 5);
        double[] values = new PlainReader(message).values();
        double[] sum = new double[300];
        Arrays.fill(sum, 7);

        Codec.addTo(sum, -2.5, message);

        for (int i = 0; i < 300; i++) {
            assertThat(sum[i]).as("value %s, seed %s", i, kind).isCloseTo(7 - 2.5 * values[i], within(1e-12));
        }
    }

    /** Each level is one of the two around its value, in steps of a scale that is hardly more than the largest needs. */
    @ParameterizedTest
    @CsvSource({"int8, 127", "int4, 7", "int3, 3", "ternary, 1"})
    void levelsAreThoseAroundTheValue(String name, int most) {
        Codec codec = Codecs.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        for (long seed = 0; seed < 30; seed++) {
            float[] update = Codecs.update(64, seed);
            byte[] message = codec.encode(update, seed);
            double scale = PlainReader.half(message[12] & 0xff | (message[13] & 0xff) << 8);
            double largest = 0;
            for (float value : update) {
                largest = Math.max(largest, Math.abs(value));
            }

            assertThat(scale * most).as("seed %s", seed).isBetween(largest * (1 - 1e-7), largest * (1 + 0x1p-10));
            double[] back = new PlainReader(message).values();
            for (int i = 0; i < 64; i++) {
                int below = (int) Math.floor(update[i] / scale);
                assertThat((int) Math.rint(back[i] / scale))
                        .as("seed %s, value %s", seed, i)
                        .isIn(below, below + 1);
            }
        }
    }

    /** A value a share p above a level goes up with chance p: its variance is p(1 − p), and others' draws say nothing of it. */
    @Test
    void roundingIsABernoulliDrawOfItsOwn() {
        float[] update = new float[64];
        update[0] = 7;
        for (int i = 1; i < 64; i++) {
            update[i] = i / 64f;
        }
        int trials = 6000;
        double[] ups = new double[64];
        double[] both = new double[64];
        for (int seed = 0; seed < trials; seed++) {
            float[] back = Codec.decode(Codec.int4().encode(update, seed), 64);
            for (int i = 1; i < 64; i++) {
                assertThat(back[i]).isIn(0f, 1f);
                ups[i] += back[i];
                both[i] += back[i] * back[1 + i % 63];
            }
        }
        for (int i = 1; i < 64; i++) {
            double chance = i / 64.0;
            double joint = chance * (1 + i % 63) / 64.0;
            assertThat(ups[i] / trials)
                    .as("value %s, seeds 0 to %s", i, trials)
                    .isCloseTo(chance, within(5 * Math.sqrt(chance * (1 - chance) / trials)));
            assertThat(both[i] / trials)
                    .as("values %s and %s, seeds 0 to %s", i, 1 + i % 63, trials)
                    .isCloseTo(joint, within(5 * Math.sqrt(joint * (1 - joint) / trials)));
        }
    }
}
