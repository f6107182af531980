package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A graph that reads tokens, with its tokenizer and its labels: what every pipeline is made of. Owns neither; whoever
 * opened session and tokenizer closes them. Thread-safe where its graph is.
 */
public final class TextModel {
    /** Most tokens of a text where neither the tokenizer nor the caller says. */
    public static final int DEFAULT_MAX_TOKENS = 512;

    private static final String PROBLEM = "huggingface.problem_type";

    private final GraphCall graph;
    private final Tokenizer tokenizer;
    private final List<String> labels;
    private final boolean multiLabel;
    private final int maxTokens;
    private final int batchSize;

    private TextModel(
            Builder builder, Signature signature, UnaryOperator<Map<String, Tensor>> run, Tokenizer tokenizer) {
        long padId = tokenizer.special().pad().stream()
                .flatMapToLong(pad -> tokenizer.id(pad).stream())
                .findFirst()
                .orElse(0);
        this.graph = new GraphCall(signature, run, padId);
        this.tokenizer = tokenizer;
        this.labels = List.copyOf(builder.labels);
        this.multiLabel = builder.multiLabel;
        this.batchSize = graph.rows(builder.batchSize);
        int most = builder.maxTokens;
        if (most == 0) {
            most = tokenizer.maxTokens() > 0 ? tokenizer.maxTokens() : DEFAULT_MAX_TOKENS;
        }
        this.maxTokens = graph.fixedLength() > 0 ? Math.min(most, graph.fixedLength()) : most;
    }

    /** A session with the labels that its graph's metadata names. */
    public static TextModel of(InferenceSession session, Tokenizer tokenizer, Map<String, String> metadata) {
        return builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .metadata(metadata)
                .build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Names of the classes in the order of the graph's scores; empty where not known. */
    public List<String> labels() {
        return labels;
    }

    /** Whether several labels may hold at once, so that each has a probability of its own. */
    public boolean multiLabel() {
        return multiLabel;
    }

    /** Most tokens of one text, special ones included; longer texts are cut or divided, as each pipeline says. */
    public int maxTokens() {
        return maxTokens;
    }

    GraphCall graph() {
        return graph;
    }

    /** Answers in the order of the encodings; those of like length run together, so that little is padded. */
    List<List<Scores>> run(List<Encoding> encodings, String... outputs) {
        List<Integer> order = IntStream.range(0, encodings.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> encodings.get(i).size()))
                .toList();
        List<List<Scores>> answers = new ArrayList<>();
        encodings.forEach(encoding -> answers.add(List.of()));
        for (int from = 0; from < order.size(); from += batchSize) {
            List<Integer> part = order.subList(from, Math.min(order.size(), from + batchSize));
            List<List<Scores>> some =
                    graph.call(part.stream().map(encodings::get).toList(), Arrays.asList(outputs));
            for (int i = 0; i < part.size(); i++) {
                answers.set(part.get(i), some.get(i));
            }
        }
        return answers;
    }

    /**
     * Configures a text model. Needs a graph and a tokenizer; by default no labels, one label holds at a time, as many
     * tokens as the tokenizer says (else 512), batches of 32. Not thread-safe.
     */
    public static final class Builder {
        private @Nullable Signature signature;
        private @Nullable UnaryOperator<Map<String, Tensor>> run;
        private @Nullable Tokenizer tokenizer;
        private List<String> labels = List.of();
        private boolean multiLabel;
        private int maxTokens;
        private int batchSize = 32;

        private Builder() {}

        /** Inputs and outputs, and the function from the ones to the others: a session's or an endpoint's. */
        public Builder graph(Signature form, UnaryOperator<Map<String, Tensor>> function) {
            this.signature = form;
            this.run = function;
            return this;
        }

        public Builder tokenizer(Tokenizer opened) {
            this.tokenizer = opened;
            return this;
        }

        /** Takes labels, and whether several may hold at once, from a graph's metadata. */
        public Builder metadata(Map<String, String> metadata) {
            this.labels = Labels.of(metadata);
            this.multiLabel = "multi_label_classification".equals(metadata.get(PROBLEM));
            return this;
        }

        /** Names of the classes in the order of the graph's scores. */
        public Builder labels(List<String> names) {
            this.labels = List.copyOf(names);
            return this;
        }

        /** Whether several labels may hold at once. */
        public Builder multiLabel(boolean several) {
            this.multiLabel = several;
            return this;
        }

        /** Most tokens of one text, at least 1; default the tokenizer's, else 512. */
        public Builder maxTokens(int most) {
            if (most < 1) {
                throw new InvalidInputException("maxTokens (" + most + ") must be at least 1. Maybe leave it out.");
            }
            this.maxTokens = most;
            return this;
        }

        /** Most texts that run together, 1 to 4096; default 32. */
        public Builder batchSize(int texts) {
            if (texts < 1 || texts > 4096) {
                throw new InvalidInputException("batchSize (" + texts + ") must be 1 to 4096. Maybe leave it out.");
            }
            this.batchSize = texts;
            return this;
        }

        /** @throws InvalidInputException where a part is missing, or the graph takes what no tokenizer gives */
        public TextModel build() {
            if (signature == null || run == null || tokenizer == null) {
                throw new InvalidInputException("A text model needs (graph: " + (run == null ? "missing" : "set")
                        + ", tokenizer: " + (tokenizer == null ? "missing" : "set")
                        + "). Maybe set both before build().");
            }
            return new TextModel(this, signature, run, tokenizer);
        }
    }
}
