package io.edgeai.federated;

import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A federation whose model counts: each update adds one at its participant's place, and the aggregator adds up. Whoever was
 * told that its update counts writes a line into a file. Run by itself it goes on from its journal, as often as it is
 * killed, and in the end writes its model.
 */
final class KilledRun {
    static final int PARTICIPANTS = 24;
    static final int SELECTED = 8;

    private final Path folder;
    private final int rounds;

    KilledRun(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws IOException {
        KilledRun killed = new KilledRun(Path.of(args[0]), Integer.parseInt(args[1]));
        System.out.println("started");
        FederatedRun run = killed.federation().journal(killed.journal()).build().run();
        KilledProcess.write(killed.model(), run.lastParameters());
    }

    Path journal() {
        return folder.resolve("run.journal");
    }

    Path acknowledged() {
        return folder.resolve("acknowledged.txt");
    }

    Path model() {
        return folder.resolve("model.bin");
    }

    /** 24 places for counts and one for a sum of odd fractions, whose bits depend on the order of additions. */
    FederatedCoordinator.Builder federation() {
        DenseNetwork network = DenseNetwork.softmax(PARTICIPANTS / 2, 2);
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(counting())
                .selection(Selection.count(SELECTED))
                .rounds(rounds)
                .seed(7);
        for (int i = 0; i < PARTICIPANTS; i++) {
            builder.participant(new Counted(i, acknowledged()));
        }
        return builder;
    }

    private static Strategy counting() {
        return Strategies.fedAvg().aggregator(new Sum());
    }

    /** The model plus all changes. */
    private record Sum() implements Aggregator {
        @Override
        public String name() {
            return "sum";
        }

        @Override
        public Accumulator start(int parameters) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Accumulator start(float[] model) {
            float[] sum = model.clone();
            return new Accumulator() {
                @Override
                public void add(float[] parameters, double weight) {
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += parameters[i] - model[i];
                    }
                }

                @Override
                public double[] result() {
                    double[] result = new double[sum.length];
                    Arrays.setAll(result, i -> sum[i]);
                    return result;
                }
            };
        }
    }

    private record Counted(int number, Path acknowledged) implements FederatedParticipant {
        @Override
        public String id() {
            return "p" + number;
        }

        @Override
        public int samples() {
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            float[] parameters = task.parameters();
            parameters[number]++;
            parameters[PARTICIPANTS] += 1f / (3 + number) + 1e-3f * (task.seed() % 1000);
            return Update.of(parameters, 1);
        }

        @Override
        public void settled(Receipt receipt) {
            try (FileChannel lines = FileChannel.open(
                    acknowledged, StandardOpenOption.APPEND, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                String line = receipt.round() + " " + number + " " + receipt.accepted() + "\n";
                lines.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
