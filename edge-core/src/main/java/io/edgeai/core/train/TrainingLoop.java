package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.train.data.Augmentation;
import io.edgeai.core.train.data.Shuffle;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.core.train.optimizer.UpdateWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Trainer}. Used by one thread. */
final class TrainingLoop implements AutoCloseable {
    private static final String BEST = "best.";
    private static final long REPORT_EVERY_NANOS = 250_000_000;

    private final Trainer.Builder settings;
    private final TrainingData data;
    private final InferenceRuntime runtime;
    private final Stepper stepper;
    private final Digest layout;
    private final String optimizer;
    private final long stepsOfEpoch;
    private final long steps;
    private final Map<Integer, Map<String, Tensor>> batches = new HashMap<>();
    private final List<TrainingHistory.Epoch> epochs = new ArrayList<>();
    private final @Nullable WeightAverage average;
    private Map<String, float[]> best = Map.of();
    private long seed;
    private long step;
    private double lossSum;

    TrainingLoop(Trainer.Builder settings) {
        this.settings = settings;
        this.data = Objects.requireNonNull(settings.data);
        this.runtime = Objects.requireNonNull(settings.runtime);
        GradientGraph gradient = settings.gradient.on(runtime);
        this.layout = Checkpoint.layout(gradient.parameters(), gradient.statistics());
        this.stepsOfEpoch = (data.size() + settings.batchSize - 1L) / settings.batchSize;
        this.steps = stepsOfEpoch * settings.epochs;
        this.average = settings.average == 0 ? null : new WeightAverage(settings.average * steps);
        this.seed = settings.seed;
        float[] theta = gradient.parameters().read(settings.model);
        float[] statistics = gradient.statistics().read(settings.model);
        UpdateRule rule = settings.rule;
        if (rule == null) {
            this.optimizer = "flat";
            this.stepper = new FlatStepper(runtime, settings.options, gradient, Objects.requireNonNull(settings.flat));
        } else {
            this.optimizer = rule.optimizer().name();
            this.stepper = open(gradient, rule, theta);
        }
        Map<String, float[]> start = new HashMap<>(stepper.state());
        start.put(GradientGraph.THETA, theta);
        start.put(GradientGraph.STATISTICS, statistics);
        stepper.restore(start);
    }

    private Stepper open(GradientGraph gradient, UpdateRule rule, float[] theta) {
        Stepper made;
        StatefulSession session;
        if (settings.partSize < settings.batchSize) {
            AccumulatingStepper accumulating = new AccumulatingStepper(runtime, settings.options, gradient, rule);
            made = accumulating;
            session = accumulating.session();
        } else {
            FusedStepper fused = new FusedStepper(runtime, settings.options, gradient, rule);
            made = fused;
            session = fused.session();
        }
        if (rule.hasAnchor()) {
            session.write(UpdateWriter.ANCHOR, theta);
        }
        if (settings.control != null) {
            session.write(UpdateWriter.CONTROL, settings.control);
        }
        return made;
    }

    Trained run(@Nullable Checkpoint from) {
        if (from != null) {
            restore(from);
        }
        long startedAt = settings.ticker.nanos();
        long firstStep = step;
        long reportedAt = startedAt - REPORT_EVERY_NANOS;
        int[] order = new int[0];
        boolean stopped = settings.stop.stops(history());
        while (step < steps && !stopped) {
            long within = step % stepsOfEpoch;
            if (within == 0 || order.length == 0) {
                order = Shuffle.order(data.size(), seed, step / stepsOfEpoch);
            }
            int at = (int) (within * settings.batchSize);
            int rows = Math.min(settings.batchSize, data.size() - at);
            double rate = settings.schedule.at(step, steps);
            double loss = step(order, at, rows, rate);
            lossSum += loss * rows;
            step++;
            if (average != null && average.wants(step)) {
                Map<String, float[]> state = stepper.state();
                average.add(step, SessionState.find(state, GradientGraph.THETA), statistics(state));
            }
            if (step % stepsOfEpoch == 0) {
                endEpoch();
                save();
                stopped = settings.stop.stops(history());
            } else if (step % settings.checkpointEvery == 0) {
                save();
            }
            long now = settings.ticker.nanos();
            long remaining = (long) ((now - startedAt) * ((double) (steps - step) / (step - firstStep)));
            settings.listener.step(new TrainingListener.Step(step, steps, loss, rate, Duration.ofNanos(remaining)));
            if (now - reportedAt >= REPORT_EVERY_NANOS || step == steps) {
                reportedAt = now;
                settings.progress.update("train", step, steps);
            }
            if (step < steps && settings.progress.cancelled()) {
                save();
                throw new OperationCancelledException("Training was cancelled after step (" + step + ") of " + steps
                        + "." + (settings.checkpoint == null ? "" : " Maybe resume it from its checkpoint later."));
            }
        }
        return result();
    }

    private double step(int[] order, int at, int rows, double rate) {
        stepper.begin(step + 1, rate);
        double loss = 0;
        for (int done = 0; done < rows; done += settings.partSize) {
            int part = Math.min(settings.partSize, rows - done);
            Map<String, Tensor> batch = batches.computeIfAbsent(part, data::allocate);
            data.read(Arrays.copyOfRange(order, at + done, at + done + part), batch);
            if (settings.augmentation != Augmentation.NONE) {
                settings.augmentation.apply(batch, Shuffle.random(seed, step * (long) settings.batchSize + done));
            }
            double weight = (double) part / rows;
            loss += weight * stepper.add(batch, weight);
        }
        if (!Double.isFinite(loss)) {
            throw new TrainingDivergedException("The loss at step (" + (step + 1) + ") is (" + loss
                    + ") at learning rate " + rate + ". Maybe lower the rate, clip the gradient"
                    + " (UpdateRule.Builder.clipNorm), warm up, or look for such values in the data.");
        }
        stepper.finish();
        return loss;
    }

    private void endEpoch() {
        int number = (int) (step / stepsOfEpoch);
        double score = Double.NaN;
        Evaluation evaluation = settings.evaluation;
        if (evaluation != null && (number % settings.evaluateEvery == 0 || step == steps)) {
            Map<String, float[]> state = judged();
            try (InferenceSession session = runtime.open(OnnxWriter.toBytes(model(state)), settings.options)) {
                score = evaluation.score(session);
            }
            double before = history().epochs().stream()
                    .filter(TrainingHistory.Epoch::evaluated)
                    .mapToDouble(TrainingHistory.Epoch::score)
                    .max()
                    .orElse(Double.NEGATIVE_INFINITY);
            if (best.isEmpty() || score > before) {
                best = new LinkedHashMap<>();
                best.put(BEST + GradientGraph.THETA, SessionState.find(state, GradientGraph.THETA));
                best.put(BEST + GradientGraph.STATISTICS, statistics(state));
            }
        }
        TrainingHistory.Epoch epoch = new TrainingHistory.Epoch(number, lossSum / data.size(), score);
        epochs.add(epoch);
        lossSum = 0;
        settings.listener.epoch(epoch);
    }

    /** What the model gets: the average where there is one, else what the last step left. */
    private Map<String, float[]> judged() {
        Map<String, float[]> mean = average == null ? Map.of() : average.values();
        return mean.isEmpty() ? stepper.state() : mean;
    }

    private static float[] statistics(Map<String, float[]> state) {
        return state.getOrDefault(GradientGraph.STATISTICS, new float[0]);
    }

    private OnnxGraph model(Map<String, float[]> state) {
        return model(SessionState.find(state, GradientGraph.THETA), statistics(state));
    }

    private OnnxGraph model(float[] theta, float[] statistics) {
        OnnxGraph model = settings.model.copy();
        settings.gradient.parameters().write(theta, model);
        settings.gradient.statistics().write(statistics, model);
        return model;
    }

    private TrainingHistory history() {
        return new TrainingHistory(epochs);
    }

    private Checkpoint checkpoint() {
        Map<String, float[]> vectors = new LinkedHashMap<>(stepper.state());
        vectors.putAll(best);
        if (average != null) {
            average.save(vectors);
        }
        return new Checkpoint(
                new Checkpoint.Position(layout, optimizer, data.size(), settings.batchSize, seed, step, lossSum),
                history(),
                vectors);
    }

    private void save() {
        if (settings.checkpoint != null) {
            checkpoint().write(settings.checkpoint);
        }
    }

    private void restore(Checkpoint from) {
        Checkpoint.Position position = from.position();
        List<String> differences = new ArrayList<>();
        compare("layout of parameters", position.layout().abbreviated(), layout.abbreviated(), differences);
        compare("optimizer", position.optimizer(), optimizer, differences);
        compare("examples", position.examples(), data.size(), differences);
        compare("batch size", position.batchSize(), settings.batchSize, differences);
        if (!differences.isEmpty()) {
            throw new InvalidInputException("The checkpoint belongs to another training: ("
                    + String.join("; ", differences) + "). Maybe it is another model's.");
        }
        stepper.restore(from.live());
        if (average != null) {
            average.restore(from.live());
        }
        best = new LinkedHashMap<>();
        from.live().forEach((name, values) -> {
            if (name.startsWith(BEST)) {
                best.put(name, values);
            }
        });
        epochs.addAll(from.history().epochs());
        seed = position.seed();
        step = position.step();
        lossSum = position.lossSum();
    }

    private static void compare(String what, Object saved, Object here, List<String> differences) {
        if (!saved.equals(here)) {
            differences.add(what + " " + saved + " there, " + here + " here");
        }
    }

    private Trained result() {
        Checkpoint end = checkpoint();
        OnnxGraph model = model(judged());
        OnnxGraph chosen = best.isEmpty()
                ? model
                : model(
                        SessionState.find(best, BEST + GradientGraph.THETA),
                        SessionState.find(best, BEST + GradientGraph.STATISTICS));
        return new Trained(model, chosen, history(), end);
    }

    @Override
    public void close() {
        stepper.close();
    }
}
