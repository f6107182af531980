package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How samples are dealt, against the distributions they are dealt by. */
class PartitionsDistributionTest {
    private static final List<Partitioner> ALL = List.of(
            Partitioner.iid(),
            Partitioner.labelShards(1),
            Partitioner.dirichlet(0.001),
            Partitioner.dirichlet(0.5),
            Partitioner.dirichlet(1e6),
            Partitioner.powerLaw(0),
            Partitioner.powerLaw(10));

    /** {@code each} samples of each class. */
    private static LabelledSet balanced(int classes, int each) {
        int[] labels = new int[classes * each];
        Arrays.setAll(labels, i -> i % classes);
        return LabelledSet.of(new float[labels.length], 1, labels, classes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 64})
    void asManyParticipantsAsSamplesGetOneEach(int size) {
        LabelledSet set = Samples.clouds(size, 1, 3, size);
        for (Partitioner partitioner : ALL) {
            int[][] parts = partitioner.split(set, size, 9);
            assertThat(Arrays.stream(parts).mapToInt(part -> part.length)).containsOnly(1);
            assertThat(Arrays.stream(parts).mapToInt(part -> part[0]).sorted().toArray())
                    .isEqualTo(IntStream.range(0, size).toArray());
        }
    }

    @Test
    void onePartTakesAll() {
        LabelledSet set = Samples.clouds(23, 1, 3, 1);
        for (Partitioner partitioner : ALL) {
            assertThat(Arrays.stream(partitioner.split(set, 1, 4)[0]).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 23).toArray());
        }
    }

    /** Regression: the array of shares came before the check, so −1 and 2^31 − 1 failed with errors of the machine. */
    @ParameterizedTest
    @CsvSource({
        "-1,participants (-1) must be at least 1.",
        "0,participants (0) must be at least 1.",
        "-2147483648,participants (-2147483648) must be at least 1.",
        "24,Cannot deal (23) samples into 24 parts. Maybe ask for fewer participants or shards.",
        "2147483647,Cannot deal (23) samples into 2147483647 parts. Maybe ask for fewer participants or shards."
    })
    void impossibleNumbersOfParticipantsAreRefusedByAll(int participants, String message) {
        LabelledSet set = Samples.clouds(23, 1, 3, 1);
        for (Partitioner partitioner : ALL) {
            assertThatThrownBy(() -> partitioner.split(set, participants, 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }
    }

    /** Regression: participants × shards beyond an int was an arithmetic error; a wrong number was named with shards. */
    @Test
    void shardsBeyondAnIntAreRefused() {
        LabelledSet set = Samples.clouds(23, 1, 3, 1);
        assertThatThrownBy(() -> Partitioner.labelShards(1000).split(set, 3_000_000, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(23) samples into 3000000000 parts");
        assertThatThrownBy(() -> Partitioner.labelShards(3).split(set, -2, 1))
                .hasMessage("participants (-2) must be at least 1.");
        assertThatThrownBy(() -> Partitioner.labelShards(1001)).hasMessage("shards (1001) must be 1 to 1000.");
    }

    /** Each of 12 samples is equally often with each of 4 participants: χ² with 33 degrees stays below 63.9 (1e-3). */
    @Test
    void iidHasNoFavourites() {
        LabelledSet set = Samples.clouds(12, 1, 2, 1);
        int[][] hits = new int[12][4];
        int deals = 4000;
        for (int seed = 0; seed < deals; seed++) {
            int[][] parts = Partitioner.iid().split(set, 4, seed);
            for (int p = 0; p < 4; p++) {
                for (int sample : parts[p]) {
                    hits[sample][p]++;
                }
            }
        }
        double chi = 0;
        for (int[] row : hits) {
            for (int hit : row) {
                chi += Math.pow(hit - deals / 4.0, 2) / (deals / 4.0);
            }
        }
        assertThat(chi).isLessThan(63.9);
    }

    /** Balanced classes in pieces that do not straddle: every participant has exactly as many labels as shards at most. */
    @ParameterizedTest
    @CsvSource({"10,20,10,1", "10,20,5,2", "10,20,20,1", "4,30,4,3", "10,100,50,2"})
    void shardsThatFitTheClassesHoldOneLabelEach(int classes, int each, int participants, int shards) {
        LabelledSet set = balanced(classes, each);
        int[][] parts = Partitioner.labelShards(shards).split(set, participants, 3);
        for (int[] part : parts) {
            int[] counts = set.select(part).labelCounts();
            long labels = Arrays.stream(counts).filter(count -> count > 0).count();
            assertThat(labels).isBetween(1L, (long) shards);
            int piece = classes * each / (participants * shards);
            assertThat(Arrays.stream(counts).allMatch(count -> count % piece == 0))
                    .isTrue();
            assertThat(part).hasSize(piece * shards);
        }
    }

    /** Which two labels meet is left to chance: over many deals each pair meets about equally often. */
    @Test
    void shardsAreMixedBetweenParticipants() {
        LabelledSet set = balanced(4, 10);
        int same = 0;
        int deals = 3000;
        for (int seed = 0; seed < deals; seed++) {
            for (int[] part : Partitioner.labelShards(2).split(set, 4, seed)) {
                same += Arrays.stream(set.select(part).labelCounts())
                                        .filter(c -> c > 0)
                                        .count()
                                == 1
                        ? 1
                        : 0;
            }
        }
        double expected = 1 / 7.0;
        assertThat(same / (4.0 * deals)).isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / deals)));
    }

    /**
     * The share of a class at one of k participants is Beta(α, (k − 1)α): mean 1/k and variance (k − 1) / (k²(kα + 1)),
     * the same for the first participant as for the last.
     */
    @ParameterizedTest
    @CsvSource({"0.1,4", "0.5,3", "1,5", "1,2", "10,4", "100,3"})
    void dirichletSharesHaveTheirMeanAndVariance(double alpha, int participants) {
        int each = 3000;
        LabelledSet set = balanced(2, each);
        int deals = 700;
        double[] sum = new double[participants];
        double[] squares = new double[participants];
        for (int seed = 0; seed < deals; seed++) {
            int[][] parts = Partitioner.dirichlet(alpha).split(set, participants, seed);
            for (int p = 0; p < participants; p++) {
                int zeros = 0;
                for (int position : parts[p]) {
                    zeros += set.label(position) == 0 ? 1 : 0;
                }
                double share = zeros / (double) each;
                sum[p] += share;
                squares[p] += share * share;
            }
        }
        double k = participants;
        double variance = (k - 1) / (k * k * (k * alpha + 1));
        for (int p = 0; p < participants; p++) {
            double mean = sum[p] / deals;
            assertThat(mean).as("participant %d", p).isCloseTo(1 / k, within(5 * Math.sqrt(variance / deals)));
            assertThat(squares[p] / deals - mean * mean)
                    .as("variance of participant %d", p)
                    .isCloseTo(variance, within(0.3 * variance + 1e-6));
        }
    }

    /** Classes are dealt independently of each other: shares of two classes at one participant do not correlate. */
    @Test
    void dirichletClassesAreIndependent() {
        LabelledSet set = balanced(2, 500);
        int deals = 1500;
        double product = 0;
        double variance = 0;
        for (int seed = 0; seed < deals; seed++) {
            int[] counts =
                    set.select(Partitioner.dirichlet(1).split(set, 2, seed)[0]).labelCounts();
            product += (counts[0] / 500.0 - 0.5) * (counts[1] / 500.0 - 0.5);
            variance += Math.pow(counts[0] / 500.0 - 0.5, 2);
        }
        assertThat(Math.abs(product / variance)).isLessThan(5 / Math.sqrt(deals));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 1e6})
    void dirichletGoesFromOneOwnerToEqualParts(double alpha) {
        LabelledSet set = balanced(3, 400);
        int[][] parts = Partitioner.dirichlet(alpha).split(set, 4, 2);
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            int[] counts = Arrays.stream(parts)
                    .mapToInt(part -> set.select(part).labelCounts()[wanted])
                    .sorted()
                    .toArray();
            if (alpha < 1) {
                assertThat(counts[3]).isGreaterThanOrEqualTo(390);
            } else {
                assertThat(counts[3] - counts[0]).isLessThan(8);
            }
        }
    }

    /** One each, and the rest by {@code rank^−exponent}, rounded on the cumulative sum: at most one off for each bound. */
    @ParameterizedTest
    @CsvSource({"0,7,100", "0.5,10,1000", "1,10,1003", "1.5,33,5000", "2,5,7", "10,4,1000"})
    void powerLawSizesAreTheirShares(double exponent, int participants, int size) {
        LabelledSet set = balanced(2, (size + 1) / 2).range(0, size);
        int[][] parts = Partitioner.powerLaw(exponent).split(set, participants, 5);
        double total = IntStream.rangeClosed(1, participants)
                .mapToDouble(rank -> Math.pow(rank, -exponent))
                .sum();
        int dealt = 0;
        double cumulative = 0;
        for (int p = 0; p < participants; p++) {
            double share = Math.pow(p + 1, -exponent) / total * (size - participants);
            assertThat((double) parts[p].length).as("participant %d", p).isCloseTo(1 + share, within(1.0001));
            dealt += parts[p].length;
            cumulative += 1 + share;
            assertThat((double) dealt).as("up to %d", p).isCloseTo(cumulative, within(0.5001));
        }
        assertThat(dealt).isEqualTo(size);
    }

    /** Sizes say nothing about labels: the largest participant has them as they are in the whole. */
    @Test
    void powerLawMixesLabels() {
        LabelledSet set = balanced(4, 1000);
        int[] counts = set.select(Partitioner.powerLaw(1).split(set, 10, 3)[0]).labelCounts();
        int size = Arrays.stream(counts).sum();
        for (int count : counts) {
            assertThat(count / (double) size).isCloseTo(0.25, within(5 * Math.sqrt(0.25 * 0.75 / size)));
        }
    }

    @Test
    void anotherSeedIsAnotherDeal() {
        LabelledSet set = balanced(4, 25);
        for (Partitioner partitioner : ALL) {
            int[][] deal = partitioner.split(set, 5, 1);
            assertThat(Arrays.deepEquals(partitioner.split(set, 5, 2), deal)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void partsOfAViewAreRowsOfThatView(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabelledSet whole = Samples.clouds(200, 2, 3, seed);
        LabelledSet view = whole.select(random.ints(60, 0, 200).distinct().toArray());
        FederatedDataset parts = FederatedDataset.partition(view, Partitioner.dirichlet(0.4), 6, seed);
        assertThat(parts.pooledTrain().size()).as("seed %d", seed).isEqualTo(view.size());
        assertThat(parts.pooledTrain().labelCounts()).as("seed %d", seed).isEqualTo(view.labelCounts());
        assertThat(parts.pooledTrain().values()).as("seed %d", seed).isSameAs(whole.values());
        assertThat(parts.pooledTest().size()).as("seed %d", seed).isZero();
    }

    /** Within one participant, feature j has variance (j + 1)^−1.2, and nine tenths are for training. */
    @Test
    void syntheticFeaturesHaveTheirVariance() {
        int features = 5;
        double[] squares = new double[features];
        int free = 0;
        for (ParticipantData part :
                SyntheticData.generate(60, features, 3, 2, 3, 8).participants()) {
            LabelledSet all = LabelledSet.union(List.of(part.train(), part.test()));
            assertThat(all.size()).isBetween(50, 10_000);
            assertThat(part.train().size()).isEqualTo(all.size() * 9 / 10);
            free += all.size() - 1;
            for (int j = 0; j < features; j++) {
                int feature = j;
                double[] column = IntStream.range(0, all.size())
                        .mapToDouble(i -> all.sample(i)[feature])
                        .toArray();
                double mean = Arrays.stream(column).average().orElseThrow();
                squares[j] +=
                        Arrays.stream(column).map(x -> (x - mean) * (x - mean)).sum();
            }
        }
        for (int j = 0; j < features; j++) {
            double expected = Math.pow(j + 1, -1.2);
            assertThat(squares[j] / free)
                    .as("feature %d", j)
                    .isCloseTo(expected, within(6 * expected * Math.sqrt(2.0 / free)));
        }
    }

    /** Regression: ten thousand samples of many features overflowed an int with an arithmetic error. */
    @ParameterizedTest
    @CsvSource({"1,8000000,2", "1,100001,2", "1,0,2", "1,5,1", "-1,5,2", "1,100000,200"})
    void impossibleSyntheticSizesAreRefused(int participants, int features, int classes) {
        assertThatThrownBy(() -> SyntheticData.generate(participants, features, classes, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Cannot generate synthetic data for (" + participants + ") participants, (" + features
                        + ") features, (" + classes + ") classes.");
    }
}
