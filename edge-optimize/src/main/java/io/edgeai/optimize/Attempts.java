package io.edgeai.optimize;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.Measurement.Measured;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.search.Trial.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds, measures and judges candidates one after the other, and keeps account of them. Not thread-safe. */
final class Attempts {
    private static final String UNCHANGED = "nothing in the model can be quantized this way";
    private static final int PROOF_ROUNDS = 31;
    /** A smaller file is no gain in itself below this. */
    private static final long LEAST_BYTES_SAVED = 64 << 10;

    private final Recipe recipe;
    private final Deadline time;
    private final FinishedCandidates finished;
    private final Measurement measurement;
    private final @Nullable Accuracy before;
    private final List<Map<String, Tensor>> samples;
    private final Map<String, Trial> trials = new LinkedHashMap<>();
    private final Map<Digest, Attempt> built = new HashMap<>();
    private final Map<String, ProcessMemory> memories = new HashMap<>();
    private final List<Measured> passed = new ArrayList<>();

    /** @param before accuracy of the original; null without labels */
    Attempts(
            Recipe recipe,
            Deadline time,
            FinishedCandidates finished,
            Measurement measurement,
            @Nullable Accuracy before,
            List<Map<String, Tensor>> samples) {
        this.recipe = recipe;
        this.time = time;
        this.finished = finished;
        this.measurement = measurement;
        this.before = before;
        this.samples = samples;
    }

    /** How a candidate's answers are. */
    enum Answers {
        RIGHT,
        WRONG,
        /** Their accuracy was left out, since the candidate is too slow to be taken. */
        UNKNOWN,
        /** There are none: it could not be built or run. */
        NONE
    }

    /**
     * What became of a candidate.
     *
     * @param candidate which
     * @param measured its figures; null where it could not be built or run
     * @param passed whether it is within all limits
     * @param pointless whether a gentler candidate would be no better
     */
    record Attempt(
            Candidate candidate, @Nullable Measured measured, Answers answers, boolean passed, boolean pointless) {}

    /** Builds and measures one candidate, and judges it by these limits. */
    Attempt attempt(Candidate candidate, Constraints limits) {
        return Objects.requireNonNullElseGet(
                guarded(candidate, () -> measured(candidate, limits)), () -> failed(candidate));
    }

    private static Attempt failed(Candidate candidate) {
        return new Attempt(candidate, null, Answers.NONE, false, false);
    }

    /** What work for a candidate gives; null where it failed, which is then the candidate's end. */
    <T> @Nullable T guarded(Candidate candidate, Supplier<T> work) {
        if (time.asked()) {
            throw new OperationCancelledException("Optimization was cancelled before (" + candidate.name() + ").");
        }
        if (time.spent()) {
            refuse(candidate, "the time budget was spent before it", null);
            return null;
        }
        try {
            return work.get();
        } catch (UnsupportedOperatorException e) {
            refuse(candidate, String.valueOf(e.getMessage()), null);
        } catch (TrainingDivergedException e) {
            refuse(candidate, "training it failed: " + e.getMessage(), null);
        } catch (ModelFormatException | InferenceException e) {
            refuse(candidate, "the engine refuses it: " + e.getMessage(), null);
        } catch (OperationCancelledException e) {
            if (time.stopped() || !time.spent()) {
                throw e;
            }
            refuse(candidate, "the time budget ended while it was made and measured", null);
        }
        return null;
    }

    private Attempt measured(Candidate candidate, Constraints limits) {
        Measured measured = finished.find(candidate.name()).orElse(null);
        if (measured == null) {
            Quantized quantized = candidate.build().get();
            if (!quantized.changed()) {
                refuse(
                        candidate,
                        candidate.kind() == OptimizationKind.SIMPLIFICATION
                                ? "the graph has nothing to join or to pack"
                                : UNCHANGED + reasons(quantized.left()),
                        null);
                return new Attempt(candidate, null, Answers.NONE, false, recipe.automatic());
            }
            Digest identity = Digest.of(OnnxWriter.toBytes(quantized.graph()));
            Attempt twin = built.putIfAbsent(identity, failed(candidate));
            if (twin != null) {
                refuse(candidate, "it is the same model as " + twin.candidate().name(), null);
                return new Attempt(candidate, null, twin.answers(), false, false);
            }
            measured = measurement.of(candidate.name(), quantized, before, samples);
            finished.add(measured);
        }
        Attempt attempt = judged(candidate, measured, limits);
        built.put(Digest.of(OnnxWriter.toBytes(measured.candidate().graph())), attempt);
        return attempt;
    }

    private Attempt judged(Candidate candidate, Measured measured, Constraints limits) {
        Figures figures = measured.figures();
        boolean right = limits.rightEnough(figures);
        Answers answers = !measured.fidelity().finite() || !right
                ? Answers.WRONG
                : before != null && measured.accuracy() == null ? Answers.UNKNOWN : Answers.RIGHT;
        Optional<String> verdict = verdict(candidate, measured, limits).or(() -> tooMuchMemory(measured));
        verdict.ifPresentOrElse(why -> refuse(candidate, why, figures), () -> {
            passed.add(measured);
            end(candidate, Outcome.PASSED, "within all limits, another is better", figures);
        });
        boolean pointless = verdict.isEmpty() || (recipe.automatic() && right);
        return new Attempt(candidate, measured, answers, verdict.isEmpty(), pointless);
    }

    private Optional<String> verdict(Candidate candidate, Measured measured, Constraints limits) {
        Figures figures = measured.figures();
        if (!measured.fidelity().finite()) {
            return Optional.of("its answers are NaN or infinite where the original's are not");
        }
        Optional<String> missed = limits.missed(figures);
        if (missed.isPresent()) {
            return missed;
        }
        if (recipe.automatic()) {
            return Constraints.tooLittle(
                    figures, recipe.constraints().maxBytes() < figures.bytesBefore() ? 0 : LEAST_BYTES_SAVED);
        }
        boolean forItself = candidate.kind() == OptimizationKind.DYNAMIC_BATCHING
                || candidate.kind() == OptimizationKind.PARTITIONING;
        return forItself || figures.bytes() < figures.bytesBefore() || Double.isNaN(figures.speedup())
                ? Optional.empty()
                : Constraints.tooLittle(figures, 0);
    }

    /** Asked last, since it takes a process of its own. */
    private Optional<String> tooMuchMemory(Measured measured) {
        if (recipe.maxMemory() == Long.MAX_VALUE) {
            return Optional.empty();
        }
        ProcessMemory memory = ProcessMemory.of(measured.candidate().graph(), samples.get(0));
        if (memory.bytes() == 0) {
            return Optional.of("its memory could not be measured: " + memory.why());
        }
        memories.put(measured.name(), memory);
        return memory.bytes() <= recipe.maxMemory()
                ? Optional.empty()
                : Optional.of(format(
                        "a process of its own holds %.1f MB with it, more than %.1f MB",
                        memory.megabytes(), recipe.maxMemory() / 1048576.0));
    }

    /** What a process of its own held with a candidate; null where that was not asked. */
    @Nullable
    ProcessMemory memory(String name) {
        return memories.get(name);
    }

    void refuse(Candidate candidate, String verdict, @Nullable Figures figures) {
        end(candidate, Outcome.REFUSED, verdict, figures);
    }

    private void end(Candidate candidate, Outcome outcome, String verdict, @Nullable Figures figures) {
        trials.put(
                candidate.name(),
                new Trial(candidate.name(), candidate.kind(), outcome, verdict, figures, candidate.steps()));
    }

    /** Those within all limits, in the order in which they were tried. */
    List<Measured> passed() {
        return List.copyOf(passed);
    }

    List<Trial> trials() {
        return List.copyOf(trials.values());
    }

    /** The one to keep: what was asked for by name as it is, of a search the best that is proven; null for none. */
    @Nullable
    Measured chosen() {
        if (recipe.automatic()) {
            return proven();
        }
        if (passed.isEmpty()) {
            return null;
        }
        Trial trial = trial(passed.get(0));
        trials.put(trial.name(), trial.ended(Outcome.KEPT, "kept"));
        return passed.get(0);
    }

    /** The best by the recipe's preference whose speed holds when it is measured once more. */
    private @Nullable Measured proven() {
        List<Measured> order = new ArrayList<>(passed);
        order.sort(Comparator.comparing(Measured::figures, recipe.preference().order()));
        for (Measured measured : order) {
            Trial trial = trial(measured);
            double speedup = recipe.latencyRounds() == 0
                    ? 1
                    : measurement
                            .again(measured.candidate(), samples.get(0), Math.max(PROOF_ROUNDS, recipe.latencyRounds()))
                            .speedup();
            if (speedup >= recipe.constraints().slowest()) {
                trials.put(trial.name(), trial.ended(Outcome.KEPT, format("kept; measured once more: %.2f×", speedup)));
                return measured;
            }
            passed.remove(measured);
            trials.put(
                    trial.name(),
                    trial.ended(Outcome.REFUSED, format("measured once more it is slower: %.2f×", speedup)));
        }
        return null;
    }

    private Trial trial(Measured measured) {
        return Objects.requireNonNull(trials.get(measured.name()), measured.name());
    }

    /** Why nothing was kept: the last verdict, in a search all of them. */
    String reason() {
        List<Trial> all = trials();
        if (!recipe.automatic()) {
            return all.get(all.size() - 1).verdict();
        }
        return String.join(
                "; ", all.stream().map(t -> t.name() + ": " + t.verdict()).toList());
    }

    private static String reasons(List<FloatNode> left) {
        return left.isEmpty()
                ? ""
                : left.stream()
                        .map(node -> node.op() + ": " + node.reason())
                        .distinct()
                        .limit(5)
                        .toList()
                        .toString();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
