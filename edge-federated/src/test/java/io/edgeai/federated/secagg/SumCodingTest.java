package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors in few bits, added up unseen: to the unit what the whole numbers add up to, and on average the vectors' sum. */
class SumCodingTest {
    private static final long ROUND = 17;

    private static float[] gaussian(int size, double norm, SplittableRandom random) {
        float[] values = new float[size];
        double squares = 0;
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
            squares += (double) values[i] * values[i];
        }
        for (int i = 0; i < size; i++) {
            values[i] *= (float) (norm / Math.sqrt(squares));
        }
        return values;
    }

    private static SumTerms terms(SumCoding coding, double norm, int size, int summands, double noise) {
        return new SumTerms(new FixedPoint(coding.granularity(norm, size), summands), noise, 100, 2, coding);
    }

    /** The whole protocol with vectors cut to the bits that travel, one lost before it sends and one after. */
    @ParameterizedTest
    @CsvSource({"2,1,6,1", "4,1,6,2", "8,1,7,3", "8,0.3,5,4", "16,0.01,5,5"})
    void theSumIsThatOfTheWholeNumbersToTheUnit(int bits, double share, int participants, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 700 + random.nextInt(700);
        SumCoding coding = new SumCoding(bits, share);
        SumTerms terms = terms(coding, 1, size, participants, 0);
        Map<Integer, int[]> vectors = new HashMap<>();
        Map<Integer, Integer> lostBefore = new TreeMap<>();
        int[] expected = new int[coding.length(size)];
        for (int id = 0; id < participants; id++) {
            // all as long as they may be and alike, which makes the longest sums
            vectors.put(id, terms.encode(gaussian(size, 3, new SplittableRandom(seed)), ROUND, random));
            lostBefore.put(id, id == 0 ? 2 : id == 1 ? 3 : Gathering.NEVER);
            for (int i = 0; i < expected.length && id > 0; i++) {
                expected[i] += vectors.get(id)[i];
            }
        }
        Terms agreed = terms.of(ROUND, new byte[32], size);
        Gathering gathering = new Gathering(
                new SecAggServer(agreed, PlainParts.exchange()), lostBefore, id -> PlainParts.client(agreed, id, id));
        gathering.advertise();
        gathering.share();
        Map<Integer, Message.Envelopes> told = gathering.server.envelopes();
        int mask = (int) ((1L << terms.bits()) - 1);
        for (int id = 1; id < participants; id++) {
            int[] masked = gathering
                    .clients
                    .get(id)
                    .mask(vectors.get(id), told.get(id))
                    .values();
            for (int i = 0; i < masked.length; i++) {
                masked[i] &= mask;
            }
            gathering.server.accept(new Message.MaskedVector(id, masked));
        }
        gathering.consent();
        gathering.reveal();
        int[] sum = gathering.server.sum();
        int[] signed = new int[sum.length];
        for (int i = 0; i < sum.length; i++) {
            signed[i] = sum[i] << 32 - terms.bits() >> 32 - terms.bits();
        }
        assertThat(signed).as("seed %d", seed).containsExactly(expected);
        assertThat(terms.decode(sum, size, ROUND))
                .as("seed %d", seed)
                .containsExactly(terms.decode(expected, size, ROUND));
    }

    /** Signs of all bits and of one less: the largest sums of n values of b bits need b + ⌈log₂ n⌉ bits. */
    @ParameterizedTest
    @CsvSource({"8,1,8", "8,2,9", "8,100,15", "8,128,15", "4,100,11", "2,3,3", "16,1000,26"})
    void aSumHasAsManyBitsAsItNeeds(int bits, int summands, int expected) {
        SumTerms terms = terms(new SumCoding(bits, 1), 1, 100, summands, 0);
        assertThat(terms.bits()).isEqualTo(expected);
        int largest = summands * ((1 << bits - 1) - 1);
        assertThat(largest).isLessThanOrEqualTo((1 << expected - 1) - 1);
        assertThat(largest).as("one bit less is too few").isGreaterThan((1 << expected - 2) - 1);
        assertThat(terms.bytes(100)).isEqualTo((terms.coding().length(100) * expected + 7) / 8);
        assertThat(terms(new SumCoding(bits, 1), 1, 100, summands, 1000).bits())
                .as("with noise")
                .isGreaterThan(Math.min(31, (int) (Math.log(1000 * Math.sqrt(summands)) / Math.log(2))));
    }

    /** Random rounding: the mean over many comes to the vector as 1/√n of the error of one. */
    @ParameterizedTest
    @CsvSource({"2,1", "4,0.5", "8,1"})
    void onAverageAVectorIsWhatItWas(int bits, double share) {
        int size = 256;
        int runs = 4000;
        float[] values = gaussian(size, 1, new SplittableRandom(5));
        SumTerms terms = terms(new SumCoding(bits, share), 1, size, 1, 0);
        SplittableRandom rounding = new SplittableRandom(6);
        double[] mean = new double[size];
        for (int run = 0; run < runs; run++) {
            long round = share < 1 ? run : ROUND;
            double[] decoded = terms.decode(terms.encode(values, round, rounding), size, round);
            for (int i = 0; i < size; i++) {
                mean[i] += decoded[i] / runs;
            }
        }
        double unit = terms.units().granularity();
        double left = share < 1 ? Math.sqrt(1 / share - 1) : 0;
        for (int i = 0; i < size; i++) {
            double deviation = (unit / share + left * Math.abs(values[i])) / Math.sqrt(runs);
            assertThat(mean[i]).as("value %d", i).isCloseTo(values[i], within(5.5 * deviation));
        }
    }

    /** Whatever the shape of a change, its error is that of rounding: at most a unit for each value that is sent. */
    @ParameterizedTest
    @ValueSource(strings = {"gaussian", "layers", "few"})
    void theErrorIsOfRoundingOnly(String shape) {
        int size = 7850;
        SplittableRandom random = new SplittableRandom(8);
        float[] values = gaussian(size, 1, random);
        for (int i = 0; i < size; i++) {
            values[i] *= switch (shape) {
                case "layers" -> i < size / 10 ? 30 : 1;
                case "few" -> i % 20 == 0 ? 1 : 0;
                default -> 1;
            };
        }
        double norm = 0;
        for (float value : values) {
            norm += (double) value * value;
        }
        norm = Math.sqrt(norm);
        SumTerms terms = terms(new SumCoding(8, 1), norm, size, 1, 0);
        double[] decoded = terms.decode(terms.encode(values, ROUND, random), size, ROUND);
        double error = 0;
        for (int i = 0; i < size; i++) {
            error += (decoded[i] - values[i]) * (decoded[i] - values[i]);
        }
        // the mean square of random rounding is a sixth of a unit's square
        double expected = Math.sqrt(size / 6.0) * terms.units().granularity();
        assertThat(Math.sqrt(error)).as("of norm %s", norm).isBetween(0.9 * expected, 1.1 * expected);
    }

    @Test
    void aShareIsTheSameCoordinatesForAllAndMadeUpFor() {
        int size = 1000;
        SumCoding coding = new SumCoding(16, 0.25);
        SumTerms terms = terms(coding, 1, size, 2, 0);
        float[] one = gaussian(size, 1, new SplittableRandom(1));
        float[] two = gaussian(size, 1, new SplittableRandom(2));
        SplittableRandom rounding = new SplittableRandom(3);
        double[] decoded = terms.decode(terms.encode(one, ROUND, rounding), size, ROUND);
        double[] other = terms.decode(terms.encode(two, ROUND, rounding), size, ROUND);
        double[] next = terms.decode(terms.encode(one, ROUND + 1, rounding), size, ROUND + 1);
        int kept = 0;
        int both = 0;
        for (int i = 0; i < size; i++) {
            assertThat(decoded[i] == 0).as("coordinate %d", i).isEqualTo(other[i] == 0);
            if (decoded[i] != 0) {
                kept++;
                both += next[i] != 0 ? 1 : 0;
                assertThat(decoded[i]).isCloseTo(4 * one[i], within(4e-3));
            }
        }
        assertThat(kept).isEqualTo(250);
        assertThat(both).as("another choice in the next round").isBetween(30, 95);
    }

    @Test
    void vectorsAreAtMostASixteenthAndABlockLonger() {
        for (int size = 1; size < 20_000; size += 7) {
            int length = new SumCoding(8, 1).length(size);
            assertThat(length).isGreaterThanOrEqualTo(size).isLessThanOrEqualTo(size + size / 16 + 7);
            assertThat(new SumCoding(32, 1).length(size)).isEqualTo(size);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,bits (1)", "17,1,bits (17)", "8,0,share (0.0)", "8,1.5,share (1.5)", "32,0.5,1 for whole"})
    void whatCannotBeCodedIsRefused(int bits, double share, String says) {
        assertThatThrownBy(() -> new SumCoding(bits, share))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says);
    }

    @Test
    void sumsThatNoWholeNumberHoldsAreRefused() {
        assertThatThrownBy(() -> terms(new SumCoding(16, 1), 1, 10, 40_000, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe take fewer bits");
        assertThatThrownBy(() -> SecureAggregation.of(3).coded(8, 1, 0)).hasMessageContaining("norm (0.0)");
    }
}
