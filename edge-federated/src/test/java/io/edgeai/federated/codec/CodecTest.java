package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    private static float[] values(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * 0.01);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 1000, 5000})
    void plainFloatsComeBackToTheBit(int size) {
        float[] values = values(size, size);

        assertThat(Codec.decode(Codec.f32().encode(values, 1), size)).containsExactly(values);
    }

    /** Half of a unit in the last place: 2⁻¹¹ and 2⁻⁸ relative. */
    @ParameterizedTest
    @CsvSource({"true, 0x1p-11", "false, 0x1p-8"})
    void shortFloatsAreTheNearest(boolean half, double relative) {
        float[] values = values(3000, 5);
        Codec codec = half ? Codec.f16() : Codec.bf16();

        float[] back = Codec.decode(codec.encode(values, 1), values.length);

        for (int i = 0; i < values.length; i++) {
            assertThat(back[i]).isCloseTo(values[i], within((float) (Math.abs(values[i]) * relative + 0x1p-25)));
        }
    }

    /** Bits a value, over 64,000 values: 8 + 16/64 and so on, and 12 bytes before. */
    @ParameterizedTest
    @CsvSource({
        "int8, 8.25",
        "int4, 4.25",
        "int3, 3.25",
        "ternary, 2.25",
        "sign, 1.25",
        "f16, 16",
        "bf16, 16",
        "f32, 32"
    })
    void messagesAreAsLongAsPromised(String name, double bits) {
        Codec codec = Codecs.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();

        assertThat(codec.encode(values(64_000, 1), 1)).hasSize((int) (12 + 64_000 * bits / 8));
    }

    @ParameterizedTest
    @CsvSource({"int8, 127", "int4, 7", "int3, 3", "ternary, 1"})
    void levelsAreNeverMoreThanOneStepAwayAndRightOnAverage(String name, int most) {
        Codec codec = Codecs.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        float[] values = values(64, 9);
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        // The scale is rounded up to 11 bits.
        double step = largest / most * (1 + 0x1p-10);
        int repeats = 4000;
        double[] mean = new double[64];
        for (int seed = 0; seed < repeats; seed++) {
            float[] back = Codec.decode(codec.encode(values, seed), 64);
            for (int i = 0; i < 64; i++) {
                assertThat((double) back[i]).isCloseTo(values[i], within(step));
                mean[i] += back[i] / (double) repeats;
            }
        }
        for (int i = 0; i < 64; i++) {
            assertThat(mean[i]).as("value %s", i).isCloseTo(values[i], within(5 * step / 2 / Math.sqrt(repeats)));
        }
    }

    @Test
    void nearestLevelsAreHalfAStepAwayAndAlwaysTheSame() {
        float[] values = values(640, 2);
        Codec codec = Codec.int8().nearest();

        byte[] message = codec.encode(values, 1);

        assertThat(codec.encode(values, 2)).isEqualTo(message);
        float[] back = Codec.decode(message, 640);
        for (int i = 0; i < 640; i++) {
            float largest = 0;
            for (int j = i / 64 * 64; j < i / 64 * 64 + 64; j++) {
                largest = Math.max(largest, Math.abs(values[j]));
            }
            assertThat(back[i]).isCloseTo(values[i], within((float) (largest / 127 / 2 * 1.001)));
        }
    }

    @Test
    void signsCarryTheMeanMagnitude() {
        float[] back = Codec.decode(Codec.sign().encode(new float[] {3, -1, 0, -4}, 1), 4);

        assertThat(back).containsExactly(new float[] {2, -2, 2, -2}, within(0.002f));
    }

    @Test
    void onlyTheLargestAreKept() {
        float[] values = values(1000, 4);
        float[] sizes = new float[1000];
        for (int i = 0; i < 1000; i++) {
            sizes[i] = Math.abs(values[i]);
        }
        Arrays.sort(sizes);

        byte[] message = Codec.top(0.1).encode(values, 1);
        float[] back = Codec.decode(message, 1000);

        for (int i = 0; i < 1000; i++) {
            if (Math.abs(values[i]) >= sizes[900]) {
                assertThat(back[i]).isCloseTo(values[i], within(sizes[999] / 127 * 1.01f));
            } else {
                assertThat(back[i]).isZero();
            }
        }
        assertThat(message.length).isLessThan(12 + 4 + 100 * 2 + 110);
    }

    @Test
    void equalMagnitudesAreKeptInOrderUntilThereAreEnough() {
        float[] back = Codec.decode(Codec.top(0.5).encode(new float[] {1, -1, 1, 1}, 1), 4);

        assertThat(back).containsExactly(new float[] {1, -1, 0, 0}, within(0.001f));
    }

    @Test
    void messagesAddUpWithTheirWeights() {
        float[] one = values(300, 1);
        float[] two = values(300, 2);
        double[] sum = new double[300];

        Codec.addTo(sum, 3, Codec.f32().encode(one, 1));
        Codec.addTo(sum, 0.5, Codec.f32().encode(two, 1));

        for (int i = 0; i < 300; i++) {
            assertThat(sum[i]).isCloseTo(3.0 * one[i] + 0.5 * two[i], within(1e-15));
        }
    }

    /** What was left out is sent later: the sum of everything sent nears the sum of everything meant. */
    @ParameterizedTest
    @MethodSource("io.edgeai.federated.codec.Codecs#all")
    void errorFeedbackLosesNothing(Codec codec) {
        ErrorFeedback feedback = new ErrorFeedback(codec, 1);
        float[] update = values(640, 8);
        double[] sent = new double[640];
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            Codec.addTo(sent, 1.0 / rounds, feedback.encode(update, round));
        }
        for (int i = 0; i < 640; i++) {
            assertThat(sent[i]).as(codec.name()).isCloseTo(update[i], within(0.003));
        }
    }

    @ParameterizedTest
    @MethodSource("io.edgeai.federated.codec.Codecs#all")
    void damagedMessagesAreRefusedOrReadButNeverFailOtherwise(Codec codec) {
        byte[] message = codec.encode(values(500, 3), 1);
        Random random = new Random(17);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = Arrays.copyOf(message, i % 3 == 0 ? random.nextInt(message.length) : message.length);
            for (int j = 0; j < 1 + i % 4 && damaged.length > 0; j++) {
                damaged[random.nextInt(Math.min(damaged.length, i % 2 == 0 ? 40 : 1 << 20))] = (byte) random.nextInt();
            }
            try {
                Codec.addTo(new double[500], 1, damaged);
            } catch (InvalidInputException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed 17, %s", codec.name()).isGreaterThan(900);
    }

    @Test
    void announcedSizesAreCheckedBeforeMemoryIsTaken() {
        byte[] message = Codec.top(1).encode(values(10, 1), 1);
        message[12] = (byte) 0xff;
        message[15] = 0x7f;

        assertThatThrownBy(() -> Codec.decode(message, 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("keeps (2130706687)");
        assertThatThrownBy(() -> Codec.decode(Codec.f32().encode(values(10, 1), 1), 11))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(10) values, not 11");
    }

    @Test
    void sharedMasksAreTheSameForAllAndRightOnAverage() {
        float[] values = values(200, 6);
        double[] mean = new double[200];
        int rounds = 4000;
        for (int seed = 0; seed < rounds; seed++) {
            SharedMask mask = new SharedMask(0.25, seed);
            float[] gathered = mask.gather(values);
            assertThat(gathered).hasSize(50);
            double[] wide = new double[gathered.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = gathered[i] / (double) rounds;
            }
            mask.scatter(wide, mean);
        }
        for (int i = 0; i < 200; i++) {
            double deviation = Math.abs(values[i]) * Math.sqrt(3.0 / rounds);
            assertThat(mean[i]).as("value %s", i).isCloseTo(values[i], within(5 * deviation + 1e-9));
        }
        assertThat(new SharedMask(0.25, 3).coordinates(200))
                .containsExactly(new SharedMask(0.25, 3).coordinates(200))
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
