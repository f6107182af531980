package io.edgeai.core.ensemble;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which values pass between stages in a row, by their names; or everything that is wrong with them. */
final class StagePlan {
    private final List<InferenceSession> stages;
    private final List<String> outputs;
    private final Map<String, TensorSpec> given = new LinkedHashMap<>();
    private final List<TensorSpec> inputs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    StagePlan(List<InferenceSession> stages, List<String> outputs) {
        this.stages = stages;
        this.outputs = outputs;
        for (int stage = 0; stage < stages.size(); stage++) {
            Signature signature = stages.get(stage).signature();
            for (TensorSpec input : signature.inputs()) {
                take(stage, input);
            }
            for (TensorSpec output : signature.outputs()) {
                if (given.putIfAbsent(output.name(), output) != null) {
                    problems.add("stage " + stage + " gives tensor (" + output.name() + "), which is there already");
                }
            }
        }
        outputs.stream()
                .filter(name -> !given.containsKey(name))
                .forEach(name -> problems.add("no stage gives output (" + name + ")"));
        if (outputs.isEmpty() || stages.isEmpty()) {
            problems.add("it has " + stages.size() + " stages and " + outputs.size() + " outputs");
        }
    }

    private void take(int stage, TensorSpec input) {
        TensorSpec known = given.get(input.name());
        if (known == null) {
            givenLater(stage, input.name());
            given.put(input.name(), input);
            inputs.add(input);
        } else if (!Specs.agree(known, input)) {
            problems.add("stage " + stage + " takes (" + input + ") but is given (" + known + ")");
        }
    }

    private void givenLater(int stage, String name) {
        for (int later = stage; later < stages.size(); later++) {
            if (names(stages.get(later).signature().outputs()).contains(name)) {
                problems.add("stage " + stage + " takes (" + name + "), which stage " + later + " gives");
            }
        }
    }

    /** @throws InvalidInputException naming every problem */
    Signature signature() {
        if (!problems.isEmpty()) {
            throw new InvalidInputException("The pipeline has (" + problems.size() + ") problems: "
                    + String.join("; ", problems) + ". Maybe correct the order or the names of its stages.");
        }
        List<TensorSpec> last = new ArrayList<>();
        for (String output : outputs) {
            TensorSpec spec = given.get(output);
            if (spec != null) {
                last.add(spec);
            }
        }
        return new Signature(inputs, last);
    }

    /** For each stage, what must be kept once it has run. */
    List<Set<String>> neededAfter() {
        List<Set<String>> needed = new ArrayList<>();
        Set<String> later = new HashSet<>(outputs);
        for (int stage = stages.size() - 1; stage >= 0; stage--) {
            needed.add(0, Set.copyOf(later));
            later.addAll(names(stages.get(stage).signature().inputs()));
        }
        return needed;
    }

    static Set<String> names(List<TensorSpec> specs) {
        Set<String> names = new HashSet<>();
        specs.forEach(spec -> names.add(spec.name()));
        return names;
    }
}
