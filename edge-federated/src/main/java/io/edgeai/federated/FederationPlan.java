package io.edgeai.federated;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.TrainedModel;
import io.edgeai.federated.training.Trainer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything a run needs, checked. */
record FederationPlan(
        LocalModel model,
        Parameters initial,
        Population population,
        Strategy strategy,
        Selection selection,
        Stragglers stragglers,
        SgdSettings local,
        double learningRateDecay,
        int rounds,
        RoundRules rules,
        @Nullable Buffering buffering,
        RoundProtection protection,
        Compression compression,
        long seed,
        @Nullable Path journal,
        @Nullable Executor executor,
        int parallelism,
        @Nullable EvaluationPlan evaluation,
        @Nullable SiteEvaluation sites,
        Progress progress,
        Consumer<RoundResult> onRound,
        BiConsumer<Integer, RoundPhase> onPhase,
        @Nullable BiConsumer<RoundResult, TrainedModel> onModel,
        BiConsumer<RoundResult, TrainedModel> onResume,
        Ticker ticker) {
    /** What participants elsewhere can do that measure models. */
    static final String MEASURING = "measure";

    private static final int IDENTITY_BYTES = 16;

    float[] initialParameters() {
        return initial.create();
    }

    /** Tasks and updates in memory at once. */
    int window() {
        return parallelism == 1 ? 1 : 2 * parallelism;
    }

    /** What participants elsewhere must be able to do. */
    Set<String> needs() {
        Set<String> needs = new LinkedHashSet<>(compression.families());
        if (protection instanceof ProtectedRounds guarded) {
            needs.addAll(guarded.needs());
        }
        if (sites != null) {
            needs.add(MEASURING);
        }
        return needs;
    }

    /** What participants elsewhere do to their updates in the round that has begun; null for nothing. */
    @Nullable
    UpdateGuard guard() {
        return protection instanceof ProtectedRounds guarded ? guarded.guard() : null;
    }

    /** Places of a round whose updates are summed together: all, or those of each group. */
    List<List<Integer>> together(int round, int places) {
        return protection instanceof ProtectedRounds guarded
                ? guarded.together(round, places)
                : SecureCollection.all(places);
    }

    /** The model after a round of which participants elsewhere gave only sums. */
    double[] unmasked(float[] model, List<SecureCollection.Outcome> sums) {
        if (protection instanceof ProtectedRounds guarded) {
            return guarded.unmasked(model, sums);
        }
        throw new LifecycleException("This plan has no secure sums.");
    }

    /** How good a model is after a round; null where that is not asked for. */
    @Nullable
    Evaluation evaluate(int round, float[] parameters) {
        EvaluationPlan wanted = evaluation;
        return wanted != null && (round % wanted.everyRounds() == 0 || round == rounds)
                ? new Trainer(model).evaluate(parameters, wanted.set())
                : null;
    }

    /** What must be the same for a run to go on where another process stopped. */
    String fingerprint() {
        return model + ", " + model.layout().size() + " parameters, "
                + strategy.client().name() + ", "
                + strategy.weighting() + ", " + strategy.aggregator().name() + ", "
                + strategy.server().name() + ", served " + strategy.servedAverage() + ", " + stragglers + ", " + local
                + ", decay " + learningRateDecay + ", seed " + seed + compression.fingerprint()
                + (buffering == null ? "" : buffering.fingerprint());
    }

    /** Tells of the last round of an earlier process, where there was one. */
    void resumed(RunState state) {
        if (!state.rounds.isEmpty()) {
            onResume.accept(state.rounds.get(state.rounds.size() - 1), new TrainedModel(model, state.served));
        }
    }

    /** The same in every process that goes on with this plan's journal; empty without one. */
    String identity() {
        Path file = journal;
        if (file == null) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((file.toAbsolutePath().normalize() + "\n" + fingerprint())
                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, IDENTITY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes the parameters a run begins with, anew at each call. */
    interface Parameters {
        float[] create();
    }

    record EvaluationPlan(LabelledSet set, int everyRounds) {}
}
