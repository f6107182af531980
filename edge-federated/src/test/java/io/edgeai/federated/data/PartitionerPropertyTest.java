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
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerPropertyTest {
    private static final List<Partitioner> ALL = List.of(
            Partitioner.iid(),
            Partitioner.labelShards(2),
            Partitioner.dirichlet(0.1),
            Partitioner.dirichlet(100),
            Partitioner.powerLaw(0),
            Partitioner.powerLaw(1.5));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everySampleGoesToExactlyOneAndNobodyGoesEmpty(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int participants = 1 + random.nextInt(20);
        LabelledSet set = Samples.clouds(2 * participants + random.nextInt(200), 2, 3, seed);
        for (Partitioner partitioner : ALL) {
            int[][] parts = partitioner.split(set, participants, seed);
            String label = "seed " + seed + ", partitioner " + ALL.indexOf(partitioner);
            assertThat(parts).as(label).hasNumberOfRows(participants);
            assertThat(Arrays.stream(parts).allMatch(part -> part.length > 0))
                    .as(label)
                    .isTrue();
            assertThat(Arrays.stream(parts)
                            .flatMapToInt(Arrays::stream)
                            .sorted()
                            .toArray())
                    .as(label)
                    .isEqualTo(IntStream.range(0, set.size()).toArray());
            assertThat(partitioner.split(set, participants, seed)).as(label).isDeepEqualTo(parts);
        }
    }

    @Test
    void iidPartsAreEqualAndMixed() {
        LabelledSet set = Samples.clouds(1000, 2, 4, 1);
        for (LabelledSet part : set.selectAll(Partitioner.iid().split(set, 10, 1))) {
            assertThat(part.size()).isEqualTo(100);
            assertThat(Arrays.stream(part.labelCounts()).min().orElseThrow()).isGreaterThan(10);
        }
        int[][] uneven = Partitioner.iid().split(set, 7, 1);
        assertThat(Arrays.stream(uneven).allMatch(part -> part.length == 142 || part.length == 143))
                .isTrue();
    }

    @Test
    void shardsGiveFewLabels() {
        LabelledSet set = Samples.clouds(1000, 2, 10, 1);
        for (LabelledSet part : set.selectAll(Partitioner.labelShards(2).split(set, 50, 3))) {
            assertThat(part.size()).isEqualTo(20);
            assertThat(Arrays.stream(part.labelCounts())
                            .filter(count -> count > 0)
                            .count())
                    .isLessThanOrEqualTo(4);
        }
    }

    @Test
    void dirichletConcentratesAsAlphaFalls() {
        LabelledSet set = Samples.clouds(5000, 2, 10, 1);
        assertThat(dominance(set, 0.05)).isGreaterThan(0.6);
        assertThat(dominance(set, 1000)).isLessThan(0.2);
    }

    /** Mean over participants of the share of their commonest label. */
    private static double dominance(LabelledSet set, double alpha) {
        return set.selectAll(Partitioner.dirichlet(alpha).split(set, 20, 5)).stream()
                .mapToDouble(part -> Arrays.stream(part.labelCounts()).max().orElseThrow() / (double) part.size())
                .average()
                .orElseThrow();
    }

    @Test
    void powerLawSizesFallAsPromised() {
        LabelledSet set = Samples.clouds(10_000, 1, 2, 1);
        int[][] parts = Partitioner.powerLaw(1).split(set, 10, 1);
        double harmonic = IntStream.rangeClosed(1, 10).mapToDouble(k -> 1.0 / k).sum();
        for (int p = 0; p < 10; p++) {
            assertThat((double) parts[p].length).isCloseTo(10_000 / harmonic / (p + 1), within(4.0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 3, 40})
    void gammaHasItsMeanAndVariance(double shape) {
        SplittableRandom random = new SplittableRandom(8);
        int n = 200_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double x = Partitions.gamma(shape, random);
            sum += x;
            squares += x * x;
        }
        double mean = sum / n;
        assertThat(mean).isCloseTo(shape, within(5 * Math.sqrt(shape / n)));
        assertThat(squares / n - mean * mean).isCloseTo(shape, within(6 * shape * Math.sqrt((2 + 6 / shape) / n)));
    }

    @Test
    void impossibleDealsAreRefused() {
        LabelledSet set = Samples.clouds(5, 2, 2, 1);
        assertThatThrownBy(() -> Partitioner.iid().split(set, 6, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(5) samples into 6");
        assertThatThrownBy(() -> Partitioner.labelShards(2).split(set, 3, 1)).hasMessageContaining("into 6");
        assertThatThrownBy(() -> Partitioner.iid().split(set, 0, 1)).hasMessageContaining("participants (0)");
        assertThatThrownBy(() -> Partitioner.dirichlet(0)).hasMessageContaining("alpha (0.0)");
        assertThatThrownBy(() -> Partitioner.labelShards(0)).hasMessageContaining("shards (0)");
        assertThatThrownBy(() -> Partitioner.powerLaw(-1)).hasMessageContaining("exponent (-1.0)");
    }

    @Test
    void syntheticDataAreReproducibleAndAsHeterogeneousAsAsked() {
        FederatedDataset data = SyntheticData.generate(12, 6, 3, 1, 1, 4);
        assertThat(data.size()).isEqualTo(12);
        assertThat(data.features()).isEqualTo(6);
        assertThat(data.pooledTrain().size() + data.pooledTest().size())
                .isEqualTo(data.participants().stream()
                        .mapToInt(p -> p.train().size() + p.test().size())
                        .sum());
        assertThat(data.participants())
                .allMatch(p -> p.train().size() + p.test().size() >= 50);
        LabelledSet again = SyntheticData.generate(12, 6, 3, 1, 1, 4).pooledTrain();
        assertThat(again.sample(17)).isEqualTo(data.pooledTrain().sample(17));
        assertThat(spread(SyntheticData.generate(40, 6, 3, 0, 9, 4)))
                .isGreaterThan(2 * spread(SyntheticData.generate(40, 6, 3, 0, 0, 4)));
        assertThatThrownBy(() -> SyntheticData.generate(0, 6, 3, 1, 1, 4)).hasMessageContaining("(0) participants");
        assertThatThrownBy(() -> SyntheticData.generate(1, 6, 3, -1, 1, 4)).hasMessageContaining("alpha (-1.0)");
    }

    /** Variance over participants of the mean of their values. */
    private static double spread(FederatedDataset data) {
        double[] means = data.participants().stream()
                .mapToDouble(p -> IntStream.range(0, p.train().size())
                        .mapToDouble(i -> {
                            float[] x = p.train().sample(i);
                            return (x[0] + x[1] + x[2] + x[3] + x[4] + x[5]) / 6.0;
                        })
                        .average()
                        .orElseThrow())
                .toArray();
        double mean = Arrays.stream(means).average().orElseThrow();
        return Arrays.stream(means).map(m -> (m - mean) * (m - mean)).average().orElseThrow();
    }
}
