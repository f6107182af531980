package io.edgeai.federated.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorFeedbackPropertyTest {
    private static final int SIZE = 200;

    static List<Codec> all() {
        return Codecs.all();
    }

    private static float[] read(byte[] message) {
        double[] values = new PlainReader(message).values();
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    /** Sent with each update is what the codec makes of it and the rest, and nothing is lost: meant = sent + rest. */
    @ParameterizedTest
    @MethodSource("all")
    void massIsConserved(Codec codec) {
        ErrorFeedback feedback = new ErrorFeedback(codec, 1);
        float[] rest = new float[SIZE];
        double[] balance = new double[SIZE];
        for (int seed = 0; seed < 40; seed++) {
            float[] update = Codecs.update(SIZE, seed);
            float[] whole = update.clone();
            for (int i = 0; i < SIZE; i++) {
                whole[i] += rest[i];
            }

            byte[] message = feedback.encode(update, seed);

            assertThat(message).as("seed %s", seed).isEqualTo(codec.encode(whole, seed));
            float[] sent = read(message);
            for (int i = 0; i < SIZE; i++) {
                rest[i] = whole[i] - sent[i];
                balance[i] += (double) update[i] - sent[i];
            }
        }
        for (int i = 0; i < SIZE; i++) {
            assertThat(balance[i]).as("%s, value %s", codec.name(), i).isCloseTo(rest[i], within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.9})
    void aDecayedRestIsThatShareOfIt(double decay) {
        Codec codec = Codec.top(0.5);
        ErrorFeedback feedback = new ErrorFeedback(codec, decay);
        float[] first = Codecs.update(SIZE, 1);
        float[] second = Codecs.update(SIZE, 2);
        float[] sent = read(feedback.encode(first, 1));
        float[] whole = second.clone();
        for (int i = 0; i < SIZE; i++) {
            whole[i] += (float) (decay * (first[i] - sent[i]));
        }

        assertThat(feedback.encode(second, 2)).isEqualTo(codec.encode(whole, 2));
    }

    /**
     * Lemma 3 of Karimireddy et al. (2019): a codec that leaves out at most 1 − δ of the squares leaves a rest of at most
     * 2√(1 − δ)/δ times the longest update, for ever.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.6})
    void theRestStaysBounded(double share) {
        ErrorFeedback feedback = new ErrorFeedback(Codec.top(share), 1);
        double longest = 0;
        double[] balance = new double[SIZE];
        for (int seed = 0; seed < 150; seed++) {
            float[] update = Codecs.update(SIZE, seed);
            longest = Math.max(longest, norm(update));
            float[] sent = read(feedback.encode(update, seed));
            float[] rest = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                balance[i] += (double) update[i] - sent[i];
                rest[i] = (float) balance[i];
            }
            // The kept values are themselves rounded to steps of 1/127 of their largest.
            double delta = share - 0.01;
            assertThat(norm(rest))
                    .as("share %s, seed %s", share, seed)
                    .isLessThanOrEqualTo(2 * Math.sqrt(1 - delta) / delta * longest);
        }
    }

    @Test
    void exactCodecsLeaveNothing() {
        ErrorFeedback feedback = new ErrorFeedback(Codec.f32(), 1);
        for (int seed = 0; seed < 5; seed++) {
            float[] update = Codecs.update(SIZE, seed);
            assertThat(read(feedback.encode(update, seed))).as("seed %s", seed).containsExactly(update);
        }
    }

    @Test
    void theUpdateItselfStays() {
        ErrorFeedback feedback = new ErrorFeedback(Codec.sign(), 1);
        float[] update = Codecs.update(SIZE, 4);

        feedback.encode(update, 1);
        feedback.encode(update, 2);

        assertThat(update).containsExactly(Codecs.update(SIZE, 4));
    }

    /** Regression: what was beyond a half's range left an infinite rest, and every later update was refused. */
    @Test
    void anUpdateTooLargeForItsCodecDoesNotSpoilTheNext() {
        ErrorFeedback feedback = new ErrorFeedback(Codec.f16(), 1);
        float[] tooLarge = {1e6f, 1, -1e6f};

        assertThat(read(feedback.encode(tooLarge, 1))[1]).isEqualTo(1);

        assertThat(Codec.decode(feedback.encode(new float[] {1, 2, 3}, 2), 3)).containsExactly(1, 2, 3);
    }

    /** Regression: a shorter update failed with an index, a longer one took the rest of other parameters. */
    @ParameterizedTest
    @ValueSource(ints = {1, SIZE - 1, SIZE + 1})
    void updatesOfAnotherModelAreRefused(int size) {
        ErrorFeedback feedback = new ErrorFeedback(Codec.int4(), 1);
        feedback.encode(Codecs.update(SIZE, 1), 1);

        assertThatThrownBy(() -> feedback.encode(new float[size], 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "An update has (" + size + ") values, earlier ones had 200. Maybe use one feedback a model.");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.000001, Double.NaN, Double.POSITIVE_INFINITY})
    void aDecayIsAShare(double decay) {
        assertThatThrownBy(() -> new ErrorFeedback(Codec.sign(), decay))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("decay (" + decay + ") of what was left out must be 0 to 1.");
    }
}
