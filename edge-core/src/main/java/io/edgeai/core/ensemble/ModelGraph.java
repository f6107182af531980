package io.edgeai.core.ensemble;

import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Models and functions as a graph of named steps that answers like one model: the ensembles of Triton. A step runs once the
 * tensors it takes are there; each is handed the time that is left. Functions are not stopped by a deadline, which is then
 * noticed when they end. Thread-safe. Closing closes the sessions in it.
 *
 * <pre>{@code
 * ModelGraph graph = ModelGraph.builder()
 *         .input(TensorSpec.of("pixels", ElementType.UINT8, -1, 32, 32, 3))
 *         .step("prepare", prepare, w -> w.input("pixels").output("image"))
 *         .step("network", session, w -> w.input("x", "image").output("y", "logits"))
 *         .step("scores", softmax, w -> w.input("logits").output(TensorSpec.of("scores", ElementType.FLOAT, -1, 10)))
 *         .output("scores")
 *         .build();
 * }</pre>
 */
public final class ModelGraph extends ComposedSession {
    private final List<Step> steps;
    private final Map<Step, Integer> before = new LinkedHashMap<>();
    private final Map<Step, List<Step>> after = new HashMap<>();
    private final @Nullable ThreadPoolExecutor others;
    private final boolean closesSessions;

    private ModelGraph(Builder builder, Signature signature, List<Step> steps, StepOrder order) {
        super("graph", signature, builder.ticker);
        this.steps = steps;
        this.closesSessions = builder.closesSessions;
        for (Step step : steps) {
            before.put(step, order.sourcesOf(step).size());
            order.sourcesOf(step).forEach(source -> after.computeIfAbsent(source, s -> new ArrayList<>())
                    .add(step));
        }
        this.others = builder.threads == 0 ? null : pool(builder.threads);
    }

    private static ThreadPoolExecutor pool(int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), EdgeThreads.named("graph"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Names of the steps in an order in which they can run. */
    public List<String> steps() {
        return steps.stream().map(Step::name).toList();
    }

    @Override
    protected Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline) {
        Map<String, Tensor> known = others == null
                ? inTurn(inputs, deadline)
                : new GraphRun(inputs, before, after, deadline, others).answer();
        deadline.remaining();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (TensorSpec spec : signature().outputs()) {
            outputs.put(spec.name(), Objects.requireNonNull(known.get(spec.name())));
        }
        return outputs;
    }

    private Map<String, Tensor> inTurn(Map<String, Tensor> inputs, Deadline deadline) {
        Map<String, Tensor> known = new HashMap<>(inputs);
        for (Step step : steps) {
            deadline.remaining();
            known.putAll(step.run(known, deadline));
        }
        return known;
    }

    @Override
    protected void release() {
        if (others != null) {
            others.shutdown();
        }
        if (closesSessions) {
            List<InferenceSession> sessions = new ArrayList<>();
            for (Step step : steps) {
                InferenceSession session = step.session();
                if (session != null && sessions.stream().noneMatch(other -> other == session)) {
                    sessions.add(session);
                }
            }
            Closing.all(sessions);
        }
    }

    /**
     * Wires a graph. Needs inputs, steps and outputs; by default steps run one after the other on the caller's thread and
     * the graph closes its sessions. Not thread-safe.
     */
    public static final class Builder {
        private final List<TensorSpec> inputs = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final Map<String, @Nullable TensorSpec> outputs = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private Ticker ticker = Ticker.system();
        private int threads;
        private boolean closesSessions = true;

        private Builder() {}

        /** A tensor that callers give. */
        public Builder input(TensorSpec spec) {
            inputs.add(spec);
            return this;
        }

        /** A model whose inputs and outputs are tensors of the same names. */
        public Builder step(String name, InferenceSession session) {
            return step(name, session, wiring -> {});
        }

        /** A model. */
        public Builder step(String name, InferenceSession session, Consumer<Wiring> wires) {
            Wiring wiring = new Wiring();
            wires.accept(wiring);
            steps.add(Step.of(name, session, wiring));
            return this;
        }

        /** A function; its wiring names all inputs and outputs. */
        public Builder step(String name, TensorFunction function, Consumer<Wiring> wires) {
            Wiring wiring = new Wiring();
            wires.accept(wiring);
            steps.add(Step.of(name, function, wiring));
            return this;
        }

        /** A tensor that callers get, of the type and shape that the model giving it says. */
        public Builder output(String name) {
            return output(name, null);
        }

        /** A tensor that callers get, where a function gives it without saying its type. */
        public Builder output(TensorSpec spec) {
            return output(spec.name(), spec);
        }

        private Builder output(String name, @Nullable TensorSpec spec) {
            if (outputs.containsKey(name)) {
                problems.add("output (" + name + ") is named twice");
            }
            outputs.put(name, spec);
            return this;
        }

        /**
         * Runs steps that do not depend on each other at the same time.
         *
         * @param others threads beside the callers', 1 to 1024, shared by all runs
         */
        public Builder parallel(int others) {
            if (others < 1 || others > 1024) {
                throw new InvalidInputException("parallel (" + others + ") must be 1 to 1024 threads.");
            }
            this.threads = others;
            return this;
        }

        /** Whether closing the graph closes its sessions; default true. */
        public Builder closesSessions(boolean closes) {
            this.closesSessions = closes;
            return this;
        }

        /** The clock of deadlines; default the system's. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /**
         * @throws InvalidInputException listing every problem: names missing, given twice or waiting for each other, types
         *     and shapes that do not fit
         */
        public ModelGraph build() {
            if (inputs.isEmpty()) {
                problems.add("it has no inputs");
            }
            if (outputs.isEmpty()) {
                problems.add("it has no outputs");
            }
            StepOrder order = new StepOrder(inputs, steps, problems);
            List<TensorSpec> given = new ArrayList<>();
            outputs.forEach((name, spec) -> given.add(order.output(name, spec)));
            return new ModelGraph(this, new Signature(inputs, given), order.ordered(), order);
        }
    }
}
