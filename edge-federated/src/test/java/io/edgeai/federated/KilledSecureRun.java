package io.edgeai.federated;

import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A federation of secure sums whose model counts: each participant adds as many as there are at its place, so their mean adds
 * one. Run by itself it goes on from its journal, as often as it is killed, and in the end writes its model.
 */
final class KilledSecureRun {
    static final int PARTICIPANTS = 4;

    private final Path folder;
    private final int rounds;

    KilledSecureRun(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws IOException {
        KilledSecureRun killed = new KilledSecureRun(Path.of(args[0]), Integer.parseInt(args[1]));
        System.out.println("started");
        FederatedRun run = killed.federation()
                .journal(killed.folder.resolve("run.journal"))
                .build()
                .run();
        KilledProcess.write(killed.model(), run.lastParameters());
    }

    Path model() {
        return folder.resolve("model.bin");
    }

    Path acknowledged() {
        return folder.resolve("acknowledged.txt");
    }

    private float[] one(int number) {
        float[] change = new float[6];
        change[number] = PARTICIPANTS;
        return change;
    }

    private void note(int number, Receipt receipt) {
        try {
            Files.writeString(
                    acknowledged(),
                    receipt.round() + " " + number + " " + receipt.accepted() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FederatedCoordinator.Builder federation() {
        List<FederatedParticipant> sites = new ArrayList<>();
        for (int i = 0; i < PARTICIPANTS; i++) {
            int number = i;
            sites.add(new SecureSite(i, task -> one(number), receipt -> note(number, receipt)));
        }
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .initialParameters(new float[6])
                .population(SecureSite.population(sites))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .secureAggregation(SecureAggregation.of(3))
                .rounds(rounds);
    }
}
