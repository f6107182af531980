package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What participants are asked to do in a round. Stateless; the state of one run is in the {@link Course} it starts. */
public interface ClientAlgorithm {
    /** Short name, e.g. {@code "fedprox(1.0)"}. */
    String name();

    /** Whether work of participants that finished fewer epochs counts; otherwise they are dropped from the round. */
    boolean keepsPartialWork();

    /** Whether participants should report their loss at the parameters they receive; default no. */
    default boolean needsInitialLoss() {
        return false;
    }

    Course start();

    /** What participants do besides descending; default nothing. */
    default LocalRule rule() {
        return LocalRule.plain();
    }

    /** The state of one run. Used by one thread at a time. */
    interface Course {
        /** Proximal strength for the coming round; default 0. */
        default double mu() {
            return 0;
        }

        /** What the round's participants reported; empty where none was asked for. Default forgets it. */
        default void observe(List<ReportedLoss> losses) {}

        /** Begins a round; what it gives goes to every participant besides the parameters, or null for nothing. */
        default float @Nullable [] begin(float[] model, int population) {
            return null;
        }

        /** What the aggregator gets of one participant's work; by default its parameters with its weight. */
        default Contribution contribution(LocalWork work) {
            return new Contribution(work.parameters(), work.weight());
        }

        /**
         * Ends a round after its updates were combined and before the server optimizer.
         *
         * @param model what participants were sent; not to be changed
         * @param combined what the aggregator made; changed in place
         */
        default void combined(float[] model, double[] combined) {}

        /** What must outlive the process for a run to go on to the bit; empty where nothing is remembered. */
        default double[][] state() {
            return new double[0][];
        }

        /** Takes over what {@link #state()} gave. */
        default void restore(double[][] state) {}
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
     * FedProx whose strength follows the losses. It starts at 0, and is 1 after a round in which the losses of at least five
     * participants differ four times as much as samples of one distribution make them differ: as if a sample's loss had a
     * variance of more than 4 squared mean losses, or nats. Otherwise it rises by 0.2 (to at most 1) after a round whose
     * participants got worse on average, and falls by 0.1 after five rounds in which they got better. Each participant is
     * compared with its own last report, so that a different choice of participants is not taken for a change: on IID data
     * the strength stays 0.
     */
    static ClientAlgorithm fedProxAdaptive() {
        return new PairedLossMu();
    }

    /**
     * Control variates against drift (Karimireddy et al. 2020): participants descend by {@code g − cᵢ + c}, where c is the
     * mean of the cᵢ of all, and send twice as much. Each keeps its cᵢ, which begins at 0.
     */
    static ClientAlgorithm scaffold() {
        return new Scaffold();
    }

    /**
     * Normalized averaging (Wang et al. 2020): each change is divided by the steps it took, so that who takes more steps
     * does not pull harder; partial work counts.
     */
    static ClientAlgorithm fedNova() {
        return new FedNova();
    }

    /**
     * Fairness by loss (Li et al. 2020): a change counts by its participant's loss to the power {@code q}; 0 gives plain
     * averaging with uniform weights. The server takes the paper's step, whose length follows from the losses.
     *
     * @param q 0 to 10
     */
    static ClientAlgorithm qFedAvg(double q) {
        if (!(q >= 0 && q <= 10)) {
            throw new InvalidInputException("q (" + q + ") must be 0 to 10.");
        }
        return new QFedAvg(q);
    }

    /**
     * Each participant also keeps a model of its own, pulled towards the common one (Li et al. 2021); the common one is
     * learned as in FedAvg.
     *
     * @param lambda strength of the pull, 0 to 1e6; small values give more personal models
     */
    static ClientAlgorithm ditto(double lambda) {
        if (!(lambda >= 0 && lambda <= 1e6)) {
            throw new InvalidInputException("lambda (" + lambda + ") must be 0 to 1e6.");
        }
        return new Ditto(lambda);
    }
}
