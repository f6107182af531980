package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** BERT and those that changed its embeddings and heads: RoBERTa, XLM-RoBERTa, CamemBERT, ELECTRA. */
final class BertFamily implements Family {
    private enum Kind {
        BERT,
        ROBERTA,
        ELECTRA
    }

    private final Kind kind;

    private BertFamily(Kind kind) {
        this.kind = kind;
    }

    static BertFamily bert() {
        return new BertFamily(Kind.BERT);
    }

    static BertFamily roberta() {
        return new BertFamily(Kind.ROBERTA);
    }

    static BertFamily electra() {
        return new BertFamily(Kind.ELECTRA);
    }

    @Override
    public String prefix() {
        return switch (kind) {
            case BERT -> "bert.";
            case ROBERTA -> "roberta.";
            case ELECTRA -> "electra.";
        };
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        config.only("position_embedding_type", "absolute");
        config.off("is_decoder");
        config.off("add_cross_attention");
        int width = config.size("hidden_size", kind == Kind.ELECTRA ? 256 : 768);
        int narrow = kind == Kind.ELECTRA ? config.size("embedding_size", 128) : width;
        int heads = config.size("num_attention_heads", kind == Kind.ELECTRA ? 4 : 12);
        int inner = config.size("intermediate_size", kind == Kind.ELECTRA ? 1024 : 3072);
        float epsilon = config.positive("layer_norm_eps", 1e-12);
        int vocabulary = config.size("vocab_size", kind == Kind.ROBERTA ? 50265 : 30522);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String x = embeddings(net, prefix + "embeddings.", ids, vocabulary, narrow, epsilon);
        if (narrow != width) {
            x = net.linear(x, prefix + "embeddings_project", width, narrow);
        }
        String bias = net.maskBias(mask);
        int size = config.headWidth(width, heads);
        for (int i = 0; i < config.layers("num_hidden_layers", 12); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String self = layer + "attention.self.";
            String seen = net.attention(
                    net.linear(x, self + "query", width, width),
                    net.linear(x, self + "key", width, width),
                    net.linear(x, self + "value", width, width),
                    heads,
                    size,
                    Math.sqrt(size),
                    bias);
            String sum = net.emit.op("Add", net.linear(seen, layer + "attention.output.dense", width, width), x);
            x = feedForward(
                    net, net.norm(sum, layer + "attention.output.LayerNorm", width, epsilon), layer, width, inner);
            x = net.norm(x, layer + "output.LayerNorm", width, epsilon);
        }
        String pooled = pooler && kind != Kind.ELECTRA ? pooled(net, x, prefix + "pooler.dense", width) : null;
        String table = prefix + "embeddings.word_embeddings.weight";
        return new Encoded(x, width, pooled, ids, mask, table, narrow, vocabulary, epsilon);
    }

    /** The two layers behind attention and the sum with their input, still without its normalization. */
    static String feedForward(Net net, String x, String layer, int width, int inner) {
        String wide = net.linear(x, layer + "intermediate.dense", inner, width);
        String active = net.activation("hidden_act", "gelu", wide);
        return net.emit.op("Add", net.linear(active, layer + "output.dense", width, inner), x);
    }

    /** A layer with tanh on the first token; null where the checkpoint has none. */
    static @Nullable String pooled(Net net, String x, String name, int width) {
        if (!net.weights.has(name + ".weight")) {
            return null;
        }
        return net.emit.op("Tanh", net.linear(net.first(x), name, width, width));
    }

    private String embeddings(Net net, String name, String ids, int vocabulary, int width, float epsilon) {
        int most = net.config.size("max_position_embeddings", 512);
        String positions = net.weights.tensor(name + "position_embeddings.weight", most, width);
        String words = net.rows(net.weights.tensor(name + "word_embeddings.weight", vocabulary, width), ids);
        String x = net.emit.op(
                "Add",
                words,
                kind == Kind.ROBERTA
                        ? net.rows(positions, countedPositions(net, ids, net.config.size("pad_token_id", 1, 0, most)))
                        : net.firstRows(positions, ids));
        int types = net.config.size("type_vocab_size", kind == Kind.ROBERTA ? 1 : 2);
        String table = net.weights.tensor(name + "token_type_embeddings.weight", types, width);
        // With a single type there is nothing to choose: its one row is added to all.
        x = net.emit.op(
                "Add", x, kind == Kind.ROBERTA && types == 1 ? table : net.rows(table, net.tokens("token_type_ids")));
        return net.norm(x, name + "LayerNorm", width, epsilon);
    }

    /** Positions count the tokens that are no padding, beginning behind the padding's own number. */
    static String countedPositions(Net net, String ids, int padding) {
        String number = net.emit.scalar(ElementType.INT64, padding);
        String real = net.emit.cast(net.emit.op("Not", net.emit.op("Equal", ids, number)), ElementType.INT64);
        String count = net.emit.op("CumSum", real, net.emit.scalar(ElementType.INT64, 1));
        return net.emit.op("Add", net.emit.op("Mul", count, real), number);
    }

    @Override
    public Map<String, Head> heads() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("ForTokenClassification", Heads.tokens());
        heads.put("ForQuestionAnswering", Heads.answers());
        switch (kind) {
            case BERT -> {
                heads.put("ForSequenceClassification", Heads.classifier(true));
                heads.put("ForMaskedLM", Head.of((net, encoded) -> words(net, encoded, "logits")));
                heads.put("ForNextSentencePrediction", Head.pooled((net, encoded) -> next(net, encoded, "logits")));
                heads.put("ForPreTraining", Head.pooled((net, encoded) -> {
                    words(net, encoded, "prediction_logits");
                    next(net, encoded, "seq_relationship_logits");
                }));
            }
            case ROBERTA -> {
                heads.put("ForSequenceClassification", Heads.twoLayers("tanh"));
                heads.put(
                        "ForMaskedLM",
                        Heads.words("lm_head.dense", "gelu", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"));
            }
            case ELECTRA -> {
                heads.put("ForSequenceClassification", Heads.twoLayers("gelu"));
                heads.put("ForPreTraining", Head.of(BertFamily::replaced));
                heads.put(
                        "ForMaskedLM",
                        Heads.words(
                                "generator_predictions.dense",
                                "gelu",
                                "generator_predictions.LayerNorm",
                                "generator_lm_head",
                                "generator_lm_head.bias"));
            }
        }
        return heads;
    }

    private static void words(Net net, Encoded encoded, String output) {
        net.output(Heads.bertScores(net, encoded), output, Net.BATCH, Net.SEQUENCE, Dim.of(encoded.vocabulary()));
    }

    private static void next(Net net, Encoded encoded, String output) {
        String vector = encoded.pooled() == null ? net.first(encoded.hidden()) : encoded.pooled();
        net.output(net.linear(vector, "cls.seq_relationship", 2, encoded.width()), output, Net.BATCH, Dim.of(2));
    }

    /** Whether each token was replaced by the generator. */
    private static void replaced(Net net, Encoded encoded) {
        int width = encoded.width();
        String dense = net.linear(encoded.hidden(), "discriminator_predictions.dense", width, width);
        String active = net.activation("hidden_act", "gelu", dense);
        String score = net.linear(active, "discriminator_predictions.dense_prediction", 1, width);
        String flat = net.emit.add("Squeeze", score, net.emit.longs(2)).output(0);
        net.output(flat, "logits", Net.BATCH, Net.SEQUENCE);
    }
}
