package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Softmax regression on MNIST as 1000 users hold it (two digits each, sizes by a power law): 10 users a round, batches of
 * 10, 1 epoch, learning rate 0.03, z-scored pixels. The figure is the mean accuracy of the last 20 of 100 rounds, by
 * default on every fifth test image; the system property {@code edgeai.full} takes all images and three seeds.
 */
class MnistUsersIT {
    private static final boolean LONG = Boolean.getBoolean("edgeai.full");

    @Test
    void thousandUsersLearn() {
        FederatedDataset users = users();
        assertThat(users.size()).isEqualTo(1000);
        assertThat(users.pooledTrain().size()).isEqualTo(61_679);
        LabelledSet test = users.pooledTest();
        assertThat(test.size()).isEqualTo(7387);
        LabelledSet evaluated = LONG ? test : everyFifth(test);
        Strategy uniform = Strategies.fedAvg().weighting(Weighting.uniform());
        for (long seed = 1; seed <= (LONG ? 3 : 1); seed++) {
            assertThat(lastTwenty(users, evaluated, uniform, seed)).isGreaterThanOrEqualTo(0.89);
            assertThat(lastTwenty(users, evaluated, Strategies.fedAdam(), seed)).isGreaterThanOrEqualTo(0.90);
        }
    }

    /** Three seeds on the given split and on another one by the same rule; with sample weights the served average holds it. */
    @ParameterizedTest
    @ValueSource(strings = {"given", "other"})
    void everyWeightingAndServerLearnsOnBothSplits(String split, TestReporter reporter) {
        assumeTrue(LONG, "a minute of CPU: run with -Dedgeai.full=true");
        FederatedDataset users = split.equals("given") ? users() : otherUsers(20_231);
        Map<String, Strategy> strategies = Map.of(
                "samples 0.86", Strategies.fedAvg().servedAverage(0.95),
                "uniform 0.89", Strategies.fedAvg().weighting(Weighting.uniform()),
                "capped 0.89", Strategies.fedAvg().weighting(Weighting.capped(1)),
                "adam 0.90", Strategies.fedAdam());
        strategies.forEach((what, strategy) -> {
            double[] means = LongStream.rangeClosed(1, 3)
                    .mapToDouble(seed -> lastTwenty(users, everyFifth(users.pooledTest()), strategy, seed))
                    .toArray();
            reporter.publishEntry(split + " " + what, Arrays.toString(means));
            assertThat(Arrays.stream(means).min().orElseThrow())
                    .as("%s %s: %s", split, what, Arrays.toString(means))
                    .isGreaterThanOrEqualTo(Double.parseDouble(what.substring(what.indexOf(' '))));
        });
    }

    private static double lastTwenty(FederatedDataset users, LabelledSet test, Strategy strategy, long seed) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(784, 10))
                .data(users)
                .strategy(strategy)
                .selection(Selection.count(10))
                .rounds(100)
                .seed(seed)
                .evaluation(test, LONG ? 1 : 2)
                .build()
                .run()
                .rounds()
                .stream()
                .filter(round -> round.round() > 80 && !Double.isNaN(round.accuracy()))
                .mapToDouble(RoundResult::accuracy)
                .average()
                .orElseThrow();
    }

    private static LabelledSet all() {
        Path folder = FederatedTestData.folder("mnist");
        LabelledSet train = MnistFiles.train(folder);
        Standardization scaling = Standardization.fit(train);
        return scaling.apply(LabelledSet.union(List.of(train, MnistFiles.test(folder))));
    }

    private static FederatedDataset users() {
        return MnistFiles.users(
                all(), FederatedTestData.folder("mnist").resolve("mnist_1000users_powerlaw_seed7.csv.gz"));
    }

    /** Two digits each as in the given split; of each digit 5 images, and 5000 more by shares of a log-normal law. */
    private static FederatedDataset otherUsers(long seed) {
        LabelledSet all = all();
        Random random = new Random(seed);
        List<List<Integer>> own = new ArrayList<>();
        for (int user = 0; user < 1000; user++) {
            own.add(new ArrayList<>());
        }
        for (int digit = 0; digit < 10; digit++) {
            int wanted = digit;
            List<Integer> left = IntStream.range(0, all.size())
                    .filter(i -> all.label(i) == wanted)
                    .boxed()
                    .collect(Collectors.toList());
            Collections.shuffle(left, random);
            double[] shares = DoubleStream.generate(() -> Math.exp(1.6 * random.nextGaussian()))
                    .limit(200)
                    .toArray();
            double total = Arrays.stream(shares).sum();
            for (int i = 0; i < shares.length; i++) {
                int user = i / 2 * 10 + (digit + 9 + i % 2) % 10;
                List<Integer> taken = left.subList(0, 5 + (int) (5000 * shares[i] / total));
                own.get(user).addAll(taken);
                taken.clear();
            }
        }
        List<ParticipantData> users = new ArrayList<>();
        for (List<Integer> positions : own) {
            Collections.shuffle(positions, random);
            int[] order = positions.stream().mapToInt(position -> position).toArray();
            int train = order.length - order.length / 10;
            users.add(new ParticipantData(
                    "u" + users.size(),
                    all.select(Arrays.copyOf(order, train)),
                    all.select(Arrays.copyOfRange(order, train, order.length))));
        }
        return new FederatedDataset(users);
    }

    private static LabelledSet everyFifth(LabelledSet test) {
        int[] positions = new int[test.size() / 5];
        Arrays.setAll(positions, i -> 5 * i);
        return test.select(positions);
    }
}
