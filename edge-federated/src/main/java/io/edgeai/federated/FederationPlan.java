package io.edgeai.federated;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything a run needs, checked. */
record FederationPlan(
        LocalModel model,
        Parameters initial,
        List<FederatedParticipant> participants,
        Strategy strategy,
        Selection selection,
        Stragglers stragglers,
        SgdSettings local,
        double learningRateDecay,
        int rounds,
        int minimumReports,
        long seed,
        @Nullable Executor executor,
        int parallelism,
        @Nullable EvaluationPlan evaluation,
        Progress progress,
        Consumer<RoundResult> onRound,
        Ticker ticker) {
    FederationPlan {
        participants = List.copyOf(participants);
    }

    float[] initialParameters() {
        return initial.create();
    }

    /** Makes the parameters a run begins with, anew at each call. */
    interface Parameters {
        float[] create();
    }

    record EvaluationPlan(LabelledSet set, int everyRounds) {}
}
