package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/** What participants are asked to do in a round. Stateless; the state of one run is in the {@link Course} it starts. */
public interface ClientAlgorithm {
    /** Short name, e.g. {@code "fedprox(1.0)"}. */
    String name();

    /** Whether work of participants that finished fewer epochs counts; otherwise they are dropped from the round. */
    boolean keepsPartialWork();

    /** Whether participants should report their loss at the parameters they receive. */
    boolean needsInitialLoss();

    Course start();

    /** The state of one run. Used by one thread at a time. */
    interface Course {
        /** Proximal strength for the coming round. */
        double mu();

        /** What the round's participants reported; empty where none was asked for. */
        void observe(List<ReportedLoss> losses);
    }

    /**
     * A participant's mean loss on its own data at the parameters it received.
     *
     * @param participant its number among all participants
     * @param samples at least 1
     * @param loss finite, in nats
     */
    record ReportedLoss(int participant, int samples, double loss) {}

    /** Plain local descent; who does not finish is dropped (McMahan et al. 2017). */
    static ClientAlgorithm fedAvg() {
        return new FixedMu("fedavg", 0, false);
    }

    /** A proximal term of fixed strength; partial work counts (Li et al. 2020). */
    static ClientAlgorithm fedProx(double mu) {
        if (!(mu >= 0 && mu <= 1e6)) {
            throw new InvalidInputException("mu (" + mu + ") must be 0 to 1e6.");
        }
        return new FixedMu("fedprox(" + mu + ")", mu, true);
    }

    /**
     * FedProx whose strength follows the losses: it starts at 0, rises by 0.2 (to at most 1) after a round whose
     * participants got worse on average, and falls by 0.1 after five rounds in which they got better. Each participant is
     * compared with its own last report, so that a different choice of participants is not taken for a change: on IID data
     * the strength stays 0.
     */
    static ClientAlgorithm fedProxAdaptive() {
        return new PairedLossMu();
    }
}
