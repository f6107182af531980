package io.edgeai.formats.huggingface;

import java.util.function.DoubleUnaryOperator;

/** BERT and RoBERTa by loops, and the names of their weights. */
final class BertOracle {
    static final double EPSILON = 1e-6;

    private final Loops loops;
    private final TinyModel model;
    private final String prefix;
    private final DoubleUnaryOperator activation;

    BertOracle(TinyModel model, String prefix, DoubleUnaryOperator activation) {
        this.model = model;
        this.loops = new Loops(model);
        this.prefix = prefix;
        this.activation = activation;
    }

    Loops loops() {
        return loops;
    }

    /** Settings and weights of a body; {@code narrow} is the width of the embeddings. */
    static TinyModel body(long seed, String type, String architecture, String prefix, int narrow, int types) {
        int width = 12;
        TinyModel model = new TinyModel(seed, type, architecture)
                .set("vocab_size", 30)
                .set("hidden_size", width)
                .set("num_hidden_layers", 2)
                .set("num_attention_heads", 3)
                .set("intermediate_size", 20)
                .set("max_position_embeddings", 16)
                .set("type_vocab_size", types)
                .set("layer_norm_eps", EPSILON)
                .set("hidden_act", "gelu")
                .weight(prefix + "embeddings.word_embeddings.weight", 30, narrow)
                .weight(prefix + "embeddings.position_embeddings.weight", 16, narrow)
                .weight(prefix + "embeddings.token_type_embeddings.weight", types, narrow)
                .norm(prefix + "embeddings.LayerNorm", narrow);
        if (narrow != width) {
            model.set("embedding_size", narrow).linear(prefix + "embeddings_project", width, narrow);
        }
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            for (String part : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
                model.linear(layer + "attention." + part, width, width);
            }
            model.norm(layer + "attention.output.LayerNorm", width)
                    .linear(layer + "intermediate.dense", 20, width)
                    .linear(layer + "output.dense", width, 20)
                    .norm(layer + "output.LayerNorm", width);
        }
        return model;
    }

    /** The last hidden state, given the position of each token. */
    double[][] hidden(long[] ids, long[] mask, long[] types, long[] positions) {
        String name = prefix + "embeddings.";
        double[][] x = Loops.plus(
                Loops.plus(
                        loops.rows(name + "word_embeddings.weight", ids),
                        loops.rows(name + "token_type_embeddings.weight", types)),
                loops.rows(name + "position_embeddings.weight", positions));
        x = loops.norm(x, name + "LayerNorm", EPSILON);
        if (loops.has(prefix + "embeddings_project.weight")) {
            x = loops.linear(x, prefix + "embeddings_project");
        }
        int heads = model.size("num_attention_heads");
        for (int i = 0; i < model.size("num_hidden_layers"); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String self = layer + "attention.self.";
            double[][] seen = Loops.attention(
                    loops.linear(x, self + "query"),
                    loops.linear(x, self + "key"),
                    loops.linear(x, self + "value"),
                    heads,
                    Math.sqrt((double) x[0].length / heads),
                    mask,
                    Loops.NONE);
            double[][] middle = loops.norm(
                    Loops.plus(loops.linear(seen, layer + "attention.output.dense"), x),
                    layer + "attention.output.LayerNorm",
                    EPSILON);
            double[][] wide = Loops.each(loops.linear(middle, layer + "intermediate.dense"), activation);
            x = loops.norm(
                    Loops.plus(loops.linear(wide, layer + "output.dense"), middle),
                    layer + "output.LayerNorm",
                    EPSILON);
        }
        return x;
    }

    static long[] counting(int length) {
        long[] positions = new long[length];
        for (int i = 0; i < length; i++) {
            positions[i] = i;
        }
        return positions;
    }

    /** Positions behind the padding's own number; padding itself keeps that number. */
    static long[] behind(long[] ids, int padding) {
        long[] positions = new long[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            positions[i] = ids[i] == padding ? padding : padding + ++count;
        }
        return positions;
    }

    /** {@code tanh} of a layer on the first token. */
    double[][] pooled(double[][] hidden) {
        return Loops.each(loops.linear(new double[][] {hidden[0]}, prefix + "pooler.dense"), Math::tanh);
    }

    /** Scores of words: a layer, its activation, a normalization, then the table of words. */
    double[][] words(double[][] hidden, String dense, DoubleUnaryOperator act, String norm, String bias) {
        double[][] x = loops.norm(Loops.each(loops.linear(hidden, dense), act), norm, EPSILON);
        String table = prefix + "embeddings.word_embeddings.weight";
        double[][] scores = new double[x.length][model.size("vocab_size")];
        for (int t = 0; t < x.length; t++) {
            for (int w = 0; w < scores[t].length; w++) {
                scores[t][w] = loops.weight(bias)[w];
                double[] word = loops.row(table, w);
                for (int i = 0; i < word.length; i++) {
                    scores[t][w] += x[t][i] * word[i];
                }
            }
        }
        return scores;
    }
}
