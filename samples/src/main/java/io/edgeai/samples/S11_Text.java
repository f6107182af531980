package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.TextEndpoint;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.text.TokenBatch;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.text.Reviews;
import io.edgeai.samples.text.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Texts in, labels out. A Hugging Face folder is imported with its tokenizer, trained on made-up reviews, served and
 * asked. The model is tiny and its language has a few dozen words: it shows the way, not what a real model reads.
 */
public final class S11_Text {
    private static final int TRAINED = 600;

    private S11_Text() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s11"), Terminal.system());
    }

    /** @return the share of 200 reviews that were read rightly, none of which it was trained on */
    static double run(Path home, Terminal terminal) throws IOException {
        Path folder = TinyBert.write(home.resolve("tiny-bert"), Reviews.vocabulary(), Reviews.LABELS, 11);
        try (EdgeAI edge = EdgeAI.builder().home(home.resolve("registry")).build()) {
            ModelVersion imported = edge.importModel("reviews", folder);
            OnnxGraph trained = train(edge.graph(imported), folder);
            ModelVersion version = edge.registry()
                    .register("reviews", OnnxWriter.toBytes(trained), r -> r.format(ModelFormat.ONNX)
                            .derivedFrom(imported.ref(), "trained on made-up reviews"));
            edge.registry().promote(version.ref(), "first release");

            // The tokenizer came with the folder, travelled in the graph and is here again.
            try (TextEndpoint reviews = edge.text("reviews")) {
                for (String text :
                        List.of("The coffee is great!", "The coffee is not great!", "The hall is very loud.")) {
                    Label label = reviews.classify(text);
                    terminal.line(String.format(Locale.ROOT, "%-26s %s %.3f", text, label.label(), label.score()));
                }
                double share = share(reviews);
                terminal.line(
                        String.format(Locale.ROOT, "%.0f %% of 200 reviews it had not seen read rightly", 100 * share));
                return share;
            }
        }
    }

    private static OnnxGraph train(OnnxGraph model, Path folder) {
        List<Reviews.Review> reviews = Reviews.draw(TRAINED, 1);
        try (Tokenizer tokenizer = Tokenizers.open(folder)) {
            TokenBatch batch = TokenBatch.of(
                    tokenizer.encodeAll(
                            reviews.stream().map(Reviews.Review::text).toList()),
                    0);
            long[] labels = reviews.stream().mapToLong(Reviews.Review::label).toArray();
            TensorData data = TensorData.of(Map.of(
                    "input_ids", batch.ids(),
                    "attention_mask", batch.attentionMask(),
                    "token_type_ids", batch.typeIds(),
                    "labels", Tensor.of(labels, labels.length)));
            GradientGraph gradient =
                    GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
            return Trainer.builder(model, gradient)
                    .data(data)
                    .epochs(12)
                    .batchSize(20)
                    .rule(UpdateRule.of(Optimizer.adam()))
                    .schedule(Schedule.cosine(0.003, 0).warmUp(20))
                    .build()
                    .run()
                    .model();
        }
    }

    private static double share(TextEndpoint endpoint) {
        List<Reviews.Review> known = Reviews.draw(TRAINED, 1);
        List<Reviews.Review> unseen = Reviews.draw(2000, 2).stream()
                .filter(review -> !known.contains(review))
                .limit(200)
                .toList();
        List<Label> answers =
                endpoint.classify(unseen.stream().map(Reviews.Review::text).toList());
        int right = 0;
        for (int i = 0; i < unseen.size(); i++) {
            right += answers.get(i)
                            .label()
                            .equals(Reviews.LABELS.get(unseen.get(i).label()))
                    ? 1
                    : 0;
        }
        return (double) right / unseen.size();
    }
}
