package io.edgeai.benchmarks;

import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.MnistFiles;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.data.SyntheticData;
import io.edgeai.federated.privacy.Mechanism;
import io.edgeai.federated.privacy.PrivacyAccountant;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * CPU seconds of what a federation does in one process, on one thread: 100 rounds of softmax regression with 1,000 users;
 * adding up 1,000 updates of a million floats from the bytes they came as; an accountant's 10,000 releases. Prints one row
 * each of the fastest and the first of several repetitions.
 *
 * <pre>
 * java -Xmx64m ... io.edgeai.benchmarks.FederationCost --what averaging
 * java ... io.edgeai.benchmarks.FederationCost --what accountants
 * java ... io.edgeai.benchmarks.FederationCost --what rounds --data FOLDER
 * </pre>
 *
 * {@code FOLDER} has MNIST's four files and {@code mnist_1000users_powerlaw_seed7.csv.gz}; without it the users' data are
 * made up.
 */
public final class FederationCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private FederationCost() {}

    /**
     * What one piece of work took.
     *
     * @param first CPU seconds of the first repetition, in which the JIT compiles
     * @param fastest CPU seconds of the fastest
     * @param result what it gave, to be told apart from nothing
     */
    record Row(String work, double first, double fastest, double result) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "| %s | %.3f | %.3f | %.6g |", work, first, fastest, result);
        }
    }

    public static void main(String[] arguments) {
        Arguments options = Arguments.of(arguments);
        int repetitions = options.number("--repetitions", 3);
        System.out.println("| work | first, CPU seconds | fastest | result |\n|---|---|---|---|");
        rows(options.text("--what", "averaging"), options.text("--data", ""), 1, repetitions)
                .forEach(System.out::println);
    }

    /** @param scale divides how much there is to do */
    static List<Row> rows(String what, String data, int scale, int repetitions) {
        return switch (what) {
            case "averaging" -> {
                int updates = 1000 / scale;
                int size = 1_000_000 / scale;
                byte[] message = message(size);
                yield List.of(row(updates + " updates of " + size, repetitions, () -> average(message, size, updates)));
            }
            case "accountants" -> {
                Mechanism round = Mechanism.poisson(0.01, 1);
                yield List.of(
                        accountant(PrivacyAccountant.rdp(), round, 10_000 / scale, repetitions),
                        accountant(PrivacyAccountant.pld(), round, 10_000 / scale, repetitions));
            }
            default -> {
                FederatedDataset users =
                        data.isEmpty() ? SyntheticData.generate(1000 / scale, 784, 10, 1, 1, 7) : users(Path.of(data));
                yield List.of(row("100 rounds, " + users.size() + " users", repetitions, () -> train(users)));
            }
        };
    }

    private static Row accountant(PrivacyAccountant accountant, Mechanism mechanism, int count, int repetitions) {
        return row(
                accountant.name() + " of " + count + " × " + mechanism.name(),
                repetitions,
                () -> accountant.epsilon(mechanism, count, 1e-5));
    }

    private static Row row(String work, int repetitions, Supplier<Double> once) {
        double[] seconds = new double[repetitions];
        double result = 0;
        for (int i = 0; i < repetitions; i++) {
            long before = THREADS.getCurrentThreadCpuTime();
            result = once.get();
            seconds[i] = (THREADS.getCurrentThreadCpuTime() - before) / 1e9;
        }
        return new Row(work, seconds[0], Arrays.stream(seconds).min().orElseThrow(), result);
    }

    private static byte[] message(int size) {
        SplittableRandom random = new SplittableRandom(1);
        float[] update = new float[size];
        for (int i = 0; i < size; i++) {
            update[i] = random.nextInt(1 << 20) / (float) (1 << 20);
        }
        return Codec.f32().encode(update, 1);
    }

    private static double average(byte[] message, int size, int updates) {
        double[] sum = new double[size];
        for (int i = 0; i < updates; i++) {
            Codec.addTo(sum, 1.0 / updates, message);
        }
        return Arrays.stream(sum).sum() / size;
    }

    private static double train(FederatedDataset users) {
        FederatedRun run = federation(users, 100).data(users).build().run();
        return run.model().evaluate(users.pooledTest()).accuracy();
    }

    /** Rounds of softmax regression, 10 users each, without saying who they are. */
    static FederatedCoordinator.Builder federation(FederatedDataset users, int rounds) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(users.features(), users.classes()))
                .strategy(Strategies.fedAdam())
                .selection(Selection.count(10))
                .rounds(rounds);
    }

    static FederatedDataset users(Path folder) {
        LabelledSet train = MnistFiles.train(folder);
        LabelledSet all = LabelledSet.union(List.of(train, MnistFiles.test(folder)));
        return MnistFiles.users(
                Standardization.fit(train).apply(all), folder.resolve("mnist_1000users_powerlaw_seed7.csv.gz"));
    }
}
