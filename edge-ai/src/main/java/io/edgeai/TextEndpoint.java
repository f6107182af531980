package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.Answer;
import io.edgeai.core.text.pipeline.Entity;
import io.edgeai.core.text.pipeline.Fill;
import io.edgeai.core.text.pipeline.FillMask;
import io.edgeai.core.text.pipeline.Label;
import io.edgeai.core.text.pipeline.QuestionAnswering;
import io.edgeai.core.text.pipeline.SentenceEmbeddings;
import io.edgeai.core.text.pipeline.TextClassification;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.core.text.pipeline.TokenClassification;
import io.edgeai.core.text.pipeline.ZeroShotClassification;
import io.edgeai.core.text.source.TokenizerSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A served model that takes texts. Tokenizer and labels come from the version that answers; where another version is
 * promoted, the next call takes its own, and a call that meets the change is answered again. Thread-safe. Closing closes
 * endpoint and tokenizer.
 */
public final class TextEndpoint implements AutoCloseable {
    private final ModelEndpoint endpoint;
    private final Function<VersionRef, Map<String, String>> metadata;
    /** Null until first used, and once closed. */
    private @Nullable Opened opened;

    /** What belongs to one version. */
    private record Opened(VersionRef version, Tokenizer tokenizer, TextModel model) {}

    TextEndpoint(ModelEndpoint endpoint, Function<VersionRef, Map<String, String>> metadata) {
        this.endpoint = endpoint;
        this.metadata = metadata;
    }

    /** The likeliest label; see {@link TextClassification}. */
    public Label classify(String text) {
        return with(model -> new TextClassification(model).classify(text));
    }

    /** The likeliest label of each text. */
    public List<Label> classify(List<String> texts) {
        return with(model -> new TextClassification(model).classify(texts));
    }

    /** All labels, the likeliest first. */
    public List<Label> scores(String text) {
        return with(model -> new TextClassification(model).scores(text));
    }

    /** Names, places and the like; see {@link TokenClassification}. */
    public List<Entity> entities(String text) {
        return with(model -> new TokenClassification(model).entities(text));
    }

    /** The part of a context that answers a question; see {@link QuestionAnswering}. */
    public Answer answer(String question, String context) {
        return with(model -> new QuestionAnswering(model).answer(question, context));
    }

    /** The best 5 guesses for the one masked word; see {@link FillMask}. */
    public List<Fill> fill(String text) {
        return with(model -> new FillMask(model).fill(text));
    }

    /** A text as a point; see {@link SentenceEmbeddings}. */
    public float[] embed(String text) {
        return with(model -> new SentenceEmbeddings(model).embed(text));
    }

    /** Texts as points, one row each. */
    public float[][] embed(List<String> texts) {
        return with(model -> new SentenceEmbeddings(model).embed(texts));
    }

    /** Labels never seen in training, the likeliest first; see {@link ZeroShotClassification}. */
    public List<Label> zeroShot(String text, List<String> labels) {
        return with(model -> new ZeroShotClassification(model).classify(text, labels));
    }

    /**
     * Any other use, e.g. {@code with(model -> new FillMask(model).topK(3).fill(text))}. The model must not be kept; the
     * function is called again where another version was promoted meanwhile.
     *
     * @throws InvalidInputException where the version has no tokenizer, or several versions answer
     * @throws io.edgeai.core.error.RuntimeUnavailableException where no tokenizer library is here
     * @throws LifecycleException after close
     */
    public <T> T with(Function<TextModel, T> task) {
        while (true) {
            Opened current = current();
            try {
                T answer = task.apply(current.model());
                if (current.version().equals(version())) {
                    return answer;
                }
            } catch (LifecycleException e) {
                if (current.version().equals(version())) {
                    throw e;
                }
            }
        }
    }

    /** The version that answers. */
    private VersionRef version() {
        List<TrafficSplit.Arm> arms = endpoint.split().arms();
        if (arms.size() > 1) {
            throw new InvalidInputException("Texts are read with one version's tokenizer, but (" + arms
                    + ") answer. Maybe give one version, or none for the active one.");
        }
        return arms.get(0).version();
    }

    private synchronized Opened current() {
        while (true) {
            VersionRef version = version();
            Opened before = opened;
            if (before != null && before.version().equals(version)) {
                return before;
            }
            Opened fresh = open(version);
            if (version.equals(version())) {
                opened = fresh;
                if (before != null) {
                    before.tokenizer().close();
                }
                return fresh;
            }
            fresh.tokenizer().close();
        }
    }

    private Opened open(VersionRef version) {
        Map<String, String> said = metadata.apply(version);
        TokenizerSource source = TokenizerSource.of(said)
                .orElseThrow(() -> new InvalidInputException("Version (" + version
                        + ") has no tokenizer in its metadata. Maybe import its Hugging Face folder again, with the"
                        + " tokenizer's files in it."));
        Tokenizer tokenizer = Tokenizers.open(source);
        boolean complete = false;
        try {
            TextModel model = TextModel.builder()
                    .graph(endpoint.signature(), endpoint::predict)
                    .tokenizer(tokenizer)
                    .metadata(said)
                    .build();
            complete = true;
            return new Opened(version, tokenizer, model);
        } finally {
            if (!complete) {
                tokenizer.close();
            }
        }
    }

    /** The endpoint underneath, e.g. for {@link ModelEndpoint#answered()}. */
    public ModelEndpoint endpoint() {
        return endpoint;
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        endpoint.close();
        synchronized (this) {
            if (opened != null) {
                opened.tokenizer().close();
                opened = null;
            }
        }
    }
}
