package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import java.util.List;

/** Heads that several families share, with the names their weights have. */
final class Heads {
    private Heads() {}

    /** One linear layer on the pooled vector, or on that of the first token where there is no pooler. */
    static Head classifier(boolean pooler) {
        return new Head(pooler, (net, encoded) -> {
            String vector = encoded.pooled() == null ? net.first(encoded.hidden()) : encoded.pooled();
            classes(net, net.linear(vector, "classifier", net.config.labels(), encoded.width()));
        });
    }

    /** The first token's vector through a layer with an activation, then a linear one. */
    static Head twoLayers(String activation) {
        return Head.of((net, encoded) -> {
            int width = encoded.width();
            String dense = net.linear(net.first(encoded.hidden()), "classifier.dense", width, width);
            String active = net.activate(activation, dense, "classifier activation");
            classes(net, net.linear(active, "classifier.out_proj", net.config.labels(), width));
        });
    }

    static void classes(Net net, String logits) {
        net.output(logits, "logits", Net.BATCH, Dim.of(net.config.labels()));
    }

    /** Classes of each token. */
    static Head tokens() {
        return Head.of((net, encoded) -> {
            int labels = net.config.labels();
            String logits = net.linear(encoded.hidden(), "classifier", labels, encoded.width());
            net.output(logits, "logits", Net.BATCH, Net.SEQUENCE, Dim.of(labels));
        });
    }

    /** Where an answer begins and ends. */
    static Head answers() {
        return Head.of((net, encoded) -> {
            String both = net.linear(encoded.hidden(), "qa_outputs", 2, encoded.width());
            List<String> parts = net.emit
                    .add("Split", 2, both, net.emit.longs(1, 1))
                    .attribute("axis", 2)
                    .outputs();
            String start = net.emit.op("Squeeze", parts.get(0), net.emit.longs(2));
            String end = net.emit.op("Squeeze", parts.get(1), net.emit.longs(2));
            net.output(start, "start_logits", Net.BATCH, Net.SEQUENCE);
            net.output(end, "end_logits", Net.BATCH, Net.SEQUENCE);
        });
    }

    /**
     * Scores of every word at each token: a layer, an activation, a normalization, then the table of words again unless
     * the configuration unties them.
     *
     * @param dense name of the layer
     * @param activation its activation, or empty for that of the configuration
     * @param norm name of the normalization
     * @param decoder name of the last layer
     * @param bias name its bias is stored under, if not under the layer's own
     */
    static Head words(String dense, String activation, String norm, String decoder, String bias) {
        return Head.of((net, encoded) -> net.output(
                scores(net, encoded, dense, activation, norm, decoder, bias),
                "logits",
                Net.BATCH,
                Net.SEQUENCE,
                Dim.of(encoded.vocabulary())));
    }

    /** The scores that BERT gives, under its names. */
    static String bertScores(Net net, Encoded encoded) {
        return scores(
                net,
                encoded,
                "cls.predictions.transform.dense",
                "",
                "cls.predictions.transform.LayerNorm",
                "cls.predictions.decoder",
                "cls.predictions.bias");
    }

    static String scores(
            Net net, Encoded encoded, String dense, String activation, String norm, String decoder, String bias) {
        int width = encoded.embeddingWidth();
        String x = net.linear(encoded.hidden(), dense, width, encoded.width());
        x = activation.isEmpty() ? net.activation("hidden_act", "gelu", x) : net.activate(activation, x, dense);
        x = net.norm(x, norm, width, encoded.epsilon());
        return biased(net, encoded, tied(net, encoded, decoder, x), decoder, bias);
    }

    /** The decoder's bias is stored under two names; where words are untied the decoder's own counts, as its weight does. */
    static String biased(Net net, Encoded encoded, String product, String decoder, String bias) {
        String own = decoder + ".bias";
        boolean tied = isTied(net);
        String name = net.weights.has(own) && !(tied && net.weights.has(bias)) ? own : bias;
        net.weights.alias(own);
        net.weights.alias(bias);
        return net.emit.op("Add", product, net.weights.tensor(name, encoded.vocabulary()));
    }

    private static boolean isTied(Net net) {
        return net.config.flag("tie_word_embeddings", true);
    }

    /** The product with the table of words, or with the decoder's own weights where they are not tied. */
    static String tied(Net net, Encoded encoded, String decoder, String x) {
        if (!isTied(net)) {
            return net.linearWithoutBias(x, decoder, encoded.vocabulary(), encoded.embeddingWidth());
        }
        net.weights.alias(decoder + ".weight");
        return byTable(net, encoded, x);
    }

    /** The product with the table of words. */
    static String byTable(Net net, Encoded encoded, String x) {
        return net.emit.op(
                "MatMul",
                x,
                net.emit.transpose(
                        net.weights.tensor(encoded.embeddings(), encoded.vocabulary(), encoded.embeddingWidth()),
                        1,
                        0));
    }
}
