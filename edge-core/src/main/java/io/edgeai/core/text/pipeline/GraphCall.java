package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Feeds encodings to a graph: those of its inputs that a tokenizer can fill, in the type and the fixed sizes it asks
 * for. Immutable; as thread-safe as the function it calls.
 */
final class GraphCall {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    private final Signature signature;
    private final UnaryOperator<Map<String, Tensor>> graph;
    private final long padId;

    /** @throws InvalidInputException where the graph takes something that a tokenizer does not give */
    GraphCall(Signature signature, UnaryOperator<Map<String, Tensor>> graph, long padId) {
        this.signature = signature;
        this.graph = graph;
        this.padId = padId;
        for (TensorSpec input : signature.inputs()) {
            boolean known = List.of(IDS, MASK, TYPES).contains(input.name());
            boolean whole = input.type() == ElementType.INT64 || input.type() == ElementType.INT32;
            if (!known || !whole || input.shape().size() != 2) {
                throw new InvalidInputException("The graph takes (" + input + "), which no tokenizer gives; known are "
                        + List.of(IDS, MASK, TYPES)
                        + " of INT64 [batch, sequence]. Maybe it is no text model, or was exported with a cache.");
            }
        }
        if (signature.inputs().stream().noneMatch(input -> input.name().equals(IDS))) {
            throw new InvalidInputException(
                    "The graph has no input (" + IDS + ") but " + signature.inputs() + ". Maybe it is no text model.");
        }
    }

    /** Rows that the graph takes at once, where it fixes that; else {@code free}. */
    int rows(int free) {
        return fixed(0) > 0 ? fixed(0) : free;
    }

    /** Tokens of a row that the graph fixes; 0 where it takes any number. */
    int fixedLength() {
        return fixed(1);
    }

    private int fixed(int axis) {
        Dim dim = signature.input(IDS).shape().get(axis);
        return dim.known() ? (int) dim.size() : 0;
    }

    /**
     * The first of these outputs that the graph has, or its only one.
     *
     * @throws InvalidInputException where it has none of them and several others
     */
    String output(String task, String... names) {
        List<String> there = signature.outputs().stream().map(TensorSpec::name).toList();
        for (String name : names) {
            if (there.contains(name)) {
                return name;
            }
        }
        if (there.size() == 1) {
            return there.get(0);
        }
        throw new InvalidInputException("The graph's outputs " + there + " hold none of " + Arrays.toString(names)
                + ", which " + task + " needs. Maybe the model was made for another task.");
    }

    boolean has(String output) {
        return signature.outputs().stream().anyMatch(spec -> spec.name().equals(output));
    }

    /**
     * For each encoding its scores in each output.
     *
     * @param encodings at most {@link #rows}; where the graph fixes more, the last one fills up
     */
    List<List<Scores>> call(List<Encoding> encodings, List<String> outputs) {
        List<Encoding> rows = new ArrayList<>(encodings);
        while (rows.size() < fixed(0)) {
            rows.add(encodings.get(encodings.size() - 1));
        }
        TokenBatch batch = fixedLength() > 0 ? TokenBatch.of(rows, padId, fixedLength()) : TokenBatch.of(rows, padId);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec input : signature.inputs()) {
            Tensor tensor =
                    switch (input.name()) {
                        case IDS -> batch.ids();
                        case MASK -> batch.attentionMask();
                        default -> batch.typeIds();
                    };
            inputs.put(input.name(), input.type() == ElementType.INT32 ? narrowed(tensor) : tensor);
        }
        Map<String, Tensor> answers = graph.apply(inputs);
        List<List<Scores>> all = new ArrayList<>();
        encodings.forEach(encoding -> all.add(new ArrayList<>()));
        for (String output : outputs) {
            split(output, answers.get(output), rows.size(), all);
        }
        return all;
    }

    private static Tensor narrowed(Tensor wide) {
        return Tensor.of(Arrays.stream(wide.longs()).mapToInt(Math::toIntExact).toArray(), wide.shape());
    }

    private static void split(String output, @Nullable Tensor tensor, int batch, List<List<Scores>> to) {
        long[] shape = tensor == null ? new long[0] : tensor.shape();
        boolean rows = shape.length >= 2 && shape[0] == batch;
        if (tensor == null || tensor.type() != ElementType.FLOAT || !rows || shape.length > 3) {
            throw new InferenceException("Output (" + output + ") is " + tensor + ", neither FLOAT[" + batch
                    + ",n] nor FLOAT[" + batch + ",tokens,n]. Maybe the model was made for another task.");
        }
        float[] values = tensor.floats();
        int width = (int) shape[shape.length - 1];
        int rowCount = shape.length == 3 ? (int) shape[1] : 1;
        for (int i = 0; i < to.size(); i++) {
            to.get(i).add(new Scores(values, i * rowCount * width, rowCount, width));
        }
    }
}
