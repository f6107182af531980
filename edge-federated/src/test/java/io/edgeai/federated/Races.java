package io.edgeai.federated;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs that end as soon as they are good enough. */
final class Races {
    private Races() {}

    /** The first round after which the evaluated model is that good; the number of all rounds and one where none is. */
    static int roundsTo(double accuracy, int most, FederatedCoordinator.Builder federation) {
        AtomicInteger reached = new AtomicInteger(most + 1);
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return reached.get() <= most;
            }
        };
        try {
            FederatedRun unused = federation
                    .rounds(most)
                    .progress(stop)
                    .onRound(round -> {
                        if (round.accuracy() >= accuracy) {
                            reached.accumulateAndGet(round.round(), Math::min);
                        }
                    })
                    .build()
                    .run();
        } catch (OperationCancelledException e) {
            return reached.get();
        }
        return reached.get();
    }
}
