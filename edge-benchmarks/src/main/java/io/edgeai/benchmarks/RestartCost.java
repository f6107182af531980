package io.edgeai.benchmarks;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Update;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What it takes a coordinator to go on from its journal: CPU seconds of its thread from opening the file to the commit of the
 * round that was cut off, of whose updates all but one were in the file. Without the start of a JVM.
 *
 * <pre>
 * java ... io.edgeai.benchmarks.RestartCost --participants 1000 --parameters 100000 --folder FOLDER
 * </pre>
 *
 * By default 100 participants. The file has 4 bytes a parameter for each of them.
 */
public final class RestartCost {
    private RestartCost() {}

    /**
     * A restart.
     *
     * @param seconds of CPU, of each repetition
     * @param asked participants that trained after it, of the last repetition
     * @param parameter the first one of the model that the round gave
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Restart(int participants, int parameters, long bytes, double[] seconds, int asked, float parameter) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %d participants × %d parameters | journal %d MiB | CPU seconds, first %.3f, fastest %.3f | asked again %d |",
                    participants,
                    parameters,
                    bytes >> 20,
                    seconds[0],
                    Arrays.stream(seconds).min().orElseThrow(),
                    asked);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Arguments options = Arguments.of(arguments);
        String folder = options.text("--folder", "");
        System.out.println(measure(
                folder.isEmpty() ? Files.createTempDirectory("restart") : Path.of(folder),
                options.number("--participants", 100),
                options.number("--parameters", 100_000),
                options.number("--repetitions", 3)));
    }

    /** @param parameters rounded to whole features of two classes */
    static Restart measure(Path folder, int participants, int parameters, int repetitions) throws IOException {
        DenseNetwork network = DenseNetwork.softmax(Math.max(1, parameters / 2 - 1), 2);
        Path cutOff = folder.resolve("cut-off.journal");
        AtomicInteger asked = new AtomicInteger();
        try {
            FederatedRun whole = federation(network, participants, asked, participants - 1, cutOff)
                    .build()
                    .run();
            throw new IllegalStateException("The run ended after " + whole.rounds());
        } catch (OperationCancelledException e) {
            asked.set(0); // as it was meant to
        }
        double[] seconds = new double[repetitions];
        float[] model = new float[1];
        for (int i = 0; i < repetitions; i++) {
            asked.set(0);
            Path journal = Files.copy(cutOff, folder.resolve("restart-" + i + ".journal"));
            FederatedCoordinator coordinator = federation(network, participants, asked, participants, journal)
                    .build();
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            model = coordinator.run().lastParameters();
            seconds[i] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
            Files.delete(journal);
        }
        long bytes = Files.size(cutOff);
        Files.delete(cutOff);
        return new Restart(participants, model.length, bytes, seconds, asked.get(), model[0]);
    }

    /** One round in which participant i says i for each parameter; it ends, or stops when that many were asked. */
    private static FederatedCoordinator.Builder federation(
            DenseNetwork network, int participants, AtomicInteger asked, int most, Path journal) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().weighting(Weighting.uniform()))
                .selection(Selection.all())
                .rounds(1)
                .journal(journal)
                .progress(new Progress() {
                    @Override
                    public void update(String phase, long done, long total) {}

                    @Override
                    public boolean cancelled() {
                        return most < participants && asked.get() >= most;
                    }
                });
        for (int i = 0; i < participants; i++) {
            float value = i;
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                asked.incrementAndGet();
                float[] update = task.parameters();
                Arrays.fill(update, value);
                return Update.of(update, 1);
            }));
        }
        return builder;
    }
}
