package io.edgeai.federated;

import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An asynchronous coordinator that takes its participants from a port. Run by itself it goes on from its journal, as often
 * as it is killed, and in the end writes its model and behind it the staleness of each movement. Every update moves the
 * model, and adds one at its participant's place.
 */
final class KilledAsynchronousRun {
    static final int PARTICIPANTS = 4;

    private KilledAsynchronousRun() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        List<String> settings = Files.readAllLines(settings(folder));
        int rounds = Integer.parseInt(args[1]);
        try (GrpcCoordinator door = GrpcCoordinator.builder()
                .port(Integer.parseInt(settings.get(0)))
                .start()) {
            System.out.println("started");
            FederatedRun run = FederatedCoordinator.builder()
                    .model(network())
                    .initialParameters(new float[network().layout().size()])
                    .strategy(Strategies.fedAvg().weighting(Weighting.uniform()))
                    .population(door.population())
                    .asynchronous(Buffering.of(Integer.parseInt(settings.get(1)), 1))
                    .journal(folder.resolve("run.journal"))
                    .rounds(rounds)
                    .build()
                    .run();
            float[] result = new float[network().layout().size() + rounds];
            System.arraycopy(
                    run.lastParameters(), 0, result, 0, network().layout().size());
            for (int i = 0; i < rounds; i++) {
                result[network().layout().size() + i] =
                        (float) run.rounds().get(i).staleness();
            }
            KilledProcess.write(model(folder), result);
            door.finish();
        }
    }

    static DenseNetwork network() {
        return DenseNetwork.softmax(1, 2);
    }

    static Path settings(Path folder) {
        return folder.resolve("settings.txt");
    }

    static Path model(Path folder) {
        return folder.resolve("model.bin");
    }
}
