package io.edgeai.federated;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.TrainedModel;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** A finished run. Immutable and thread-safe. */
public final class FederatedRun {
    private final TrainedModel model;
    private final float[] lastParameters;
    private final TrainedModel best;
    private final List<RoundResult> rounds;

    FederatedRun(LocalModel model, RunState state) {
        this.model = new TrainedModel(model, state.served);
        this.best = new TrainedModel(model, state.best());
        this.lastParameters = state.model.clone();
        this.rounds = List.copyOf(state.rounds);
    }

    /** The model to serve: the strategy's served average where it has one, else the last round's. */
    public TrainedModel model() {
        return model;
    }

    /** The model handed out after the round of greatest accuracy; {@link #model()} where there was no evaluation. */
    public TrainedModel best() {
        return best;
    }

    /** A copy of the parameters of {@link #model()}. */
    public float[] parameters() {
        return model.parameters();
    }

    /** A copy of the parameters from which a further round would start. */
    public float[] lastParameters() {
        return lastParameters.clone();
    }

    public List<RoundResult> rounds() {
        return rounds;
    }

    /** The last accuracy measured, 0 to 1; NaN where there was no evaluation. */
    public double accuracy() {
        double accuracy = Double.NaN;
        for (RoundResult round : rounds) {
            accuracy = Double.isNaN(round.accuracy()) ? accuracy : round.accuracy();
        }
        return accuracy;
    }

    /** What participants measured last; empty where they never did. */
    public Optional<SiteFigures> sites() {
        return rounds.stream().map(RoundResult::sites).filter(Objects::nonNull).reduce((before, last) -> last);
    }

    /** {@link #model()} as an ONNX graph; see {@link LocalModel#toOnnx}. */
    public OnnxGraph toOnnx(String name) {
        return model.toOnnx(name);
    }

    /** How many rounds there were and what they led to, in one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(rounds.size() + " rounds");
        if (!Double.isNaN(accuracy())) {
            text.append(String.format(Locale.ROOT, ", accuracy %.4f", accuracy()));
        }
        sites().filter(figures -> figures.problem().isEmpty())
                .ifPresent(figures -> text.append(String.format(
                        Locale.ROOT,
                        ", accuracy at %d sites %.4f (worst %.4f)",
                        figures.reported(),
                        figures.accuracy(),
                        figures.worst())));
        double epsilon =
                rounds.isEmpty() ? Double.NaN : rounds.get(rounds.size() - 1).epsilon();
        if (!Double.isNaN(epsilon)) {
            text.append(String.format(Locale.ROOT, ", epsilon %.4f", epsilon));
        }
        return text.toString();
    }
}
