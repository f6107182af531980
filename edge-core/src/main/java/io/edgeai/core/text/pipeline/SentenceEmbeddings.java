package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding;
import java.util.List;

/**
 * Texts as points whose nearness is nearness of meaning. Where the graph has {@code sentence_embedding}, that is the
 * answer, as it is; else the mean of its tokens' vectors, of length 1. Longer texts are cut at
 * {@link TextModel#maxTokens()}. Immutable; thread-safe where its model is.
 */
public final class SentenceEmbeddings {
    private static final String READY = "sentence_embedding";

    private final TextModel model;
    private final String output;
    private final boolean pooled;
    private final boolean normalized;

    /** @throws InvalidInputException where the graph has neither embeddings nor a hidden state */
    public SentenceEmbeddings(TextModel model) {
        this(model, true);
    }

    private SentenceEmbeddings(TextModel model, boolean normalized) {
        this.model = model;
        this.pooled = model.graph().has(READY);
        this.output = model.graph().output("embedding texts", READY, "last_hidden_state", "token_embeddings");
        this.normalized = normalized;
    }

    /** The same, with means of whatever length they have. */
    public SentenceEmbeddings notNormalized() {
        return new SentenceEmbeddings(model, false);
    }

    public float[] embed(String text) {
        return embed(List.of(text))[0];
    }

    /** One row a text. */
    public float[][] embed(List<String> texts) {
        List<Encoding> encodings = model.tokenizer().encodeAll(texts).stream()
                .map(encoding -> encoding.truncated(model.maxTokens()))
                .toList();
        var answers = model.run(encodings, output);
        float[][] rows = new float[texts.size()][];
        for (int i = 0; i < rows.length; i++) {
            Scores scores = answers.get(i).get(0);
            rows[i] = pooled || scores.rows() == 1 && encodings.get(i).size() != 1
                    ? scores.row(0)
                    : mean(scores, encodings.get(i).size());
        }
        return rows;
    }

    private float[] mean(Scores scores, int tokens) {
        double[] sum = new double[scores.width()];
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += scores.at(t, i);
            }
        }
        double length = 0;
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= Math.max(1, tokens);
            length += sum[i] * sum[i];
        }
        double by = normalized ? Math.max(Math.sqrt(length), 1e-12) : 1;
        float[] mean = new float[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sum[i] / by);
        }
        return mean;
    }

    /**
     * The cosine of the angle between two embeddings: 1 for the same direction; 0 where one is all zeros.
     *
     * @throws InvalidInputException where their lengths differ
     */
    public static double similarity(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new InvalidInputException("Embeddings have (" + a.length + ", " + b.length
                    + ") numbers. Maybe they come from different models.");
        }
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
    }
}
