package io.edgeai.core.ensemble;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of a graph in an order in which each finds its inputs made; or everything that is wrong with them. */
final class StepOrder {
    private final List<String> problems;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<Step> steps;
    private final List<Step> ordered = new ArrayList<>();

    /** Where a tensor comes from: a step, or where that is null the caller. */
    private record Source(@Nullable Step step, @Nullable TensorSpec spec) {
        String text() {
            return step == null ? "the graph's input" : "step (" + step.name() + ")";
        }
    }

    StepOrder(List<TensorSpec> inputs, List<Step> steps, List<String> found) {
        this.steps = steps;
        this.problems = new ArrayList<>(found);
        Set<String> names = new HashSet<>();
        for (TensorSpec input : inputs) {
            add(input.name(), new Source(null, input));
        }
        for (Step step : steps) {
            if (!names.add(step.name())) {
                problems.add("two steps are called (" + step.name() + ")");
            }
            step.problems().forEach(problem -> problems.add("step (" + step.name() + "): " + problem));
            step.outputs().forEach((own, tensor) -> add(tensor, new Source(step, step.outputSpec(own))));
        }
        steps.forEach(this::checkInputs);
        order();
    }

    private void add(String tensor, Source source) {
        Source before = sources.putIfAbsent(tensor, source);
        if (before != null) {
            problems.add("tensor (" + tensor + ") comes both from " + before.text() + " and from " + source.text());
        }
    }

    private void checkInputs(Step step) {
        step.inputs().forEach((own, tensor) -> {
            Source source = sources.get(tensor);
            if (source == null) {
                problems.add("step (" + step.name() + ") takes tensor (" + tensor + "), which nothing gives");
                return;
            }
            TensorSpec taken = step.inputSpec(own);
            if (taken != null && source.spec() != null && !Specs.agree(source.spec(), taken)) {
                problems.add("step (" + step.name() + ") takes (" + taken + ") but " + source.text() + " gives ("
                        + source.spec() + ")");
            }
        });
    }

    private void order() {
        Set<Step> left = new LinkedHashSet<>(steps);
        boolean moved = true;
        while (moved) {
            List<Step> ready = left.stream()
                    .filter(step -> sourcesOf(step).stream().noneMatch(left::contains))
                    .toList();
            ordered.addAll(ready);
            moved = left.removeAll(ready);
        }
        if (!left.isEmpty()) {
            problems.add("steps " + left.stream().map(Step::name).toList() + " wait for each other");
        }
    }

    /** Steps that make what a step takes. */
    Set<Step> sourcesOf(Step step) {
        Set<Step> before = new LinkedHashSet<>();
        for (String tensor : step.inputs().values()) {
            Source source = sources.get(tensor);
            if (source != null && source.step() != null) {
                before.add(source.step());
            }
        }
        return before;
    }

    /** What is known of an output of the graph. */
    TensorSpec output(String name, @Nullable TensorSpec said) {
        Source source = sources.get(name);
        if (source == null) {
            problems.add("output (" + name + ") is given by nothing");
        } else if (said != null && source.spec() != null && !Specs.agree(source.spec(), said)) {
            problems.add("output (" + said + ") is given as (" + source.spec() + ")");
        } else if (said == null && source.spec() == null) {
            problems.add("output (" + name + ") has no known type; give it as a TensorSpec");
        }
        TensorSpec spec = said != null || source == null ? said : source.spec();
        return spec == null
                ? TensorSpec.of(name, io.edgeai.core.model.ElementType.FLOAT)
                : new TensorSpec(name, spec.type(), spec.shape());
    }

    /** @throws InvalidInputException naming every problem */
    List<Step> ordered() {
        if (!problems.isEmpty()) {
            throw new InvalidInputException("The graph has (" + problems.size() + ") problems: "
                    + String.join("; ", problems) + ". Maybe correct the wiring of the steps named.");
        }
        return List.copyOf(ordered);
    }
}
