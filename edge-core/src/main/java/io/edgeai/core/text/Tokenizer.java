package io.edgeai.core.text;

import io.edgeai.core.text.source.SpecialTokens;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Cuts texts into tokens as a model was trained on. Encodings are whole and unpadded, with the model's special tokens;
 * shortening is {@link Encoding#truncated} and {@link Encoding#windows}, padding is {@link TokenBatch}. Thread-safe:
 * closing waits for calls in flight. Each method throws {@link io.edgeai.core.error.LifecycleException} after close.
 */
public interface Tokenizer extends AutoCloseable {
    /** The tokens of one text; an empty text has the special tokens only. */
    Encoding encode(String text);

    /** The tokens of two texts that the model reads together. */
    Encoding encode(String first, String second);

    /** As {@link #encode(String)} for each, in order; may use several threads. */
    List<Encoding> encodeAll(List<String> texts);

    /** The text of tokens; ids outside the vocabulary give nothing. */
    String decode(long[] ids, boolean skipSpecial);

    /** The id of a token as the vocabulary writes it, e.g. {@code "##ing"}. */
    OptionalLong id(String token);

    /** The token of an id, as the vocabulary writes it. */
    Optional<String> token(long id);

    /** How many different tokens there are. */
    int vocabularySize();

    SpecialTokens special();

    /** Most tokens of one text that the model takes, special ones included; 0 where not known. */
    int maxTokens();

    /** Frees native memory. Closing twice does nothing. */
    @Override
    void close();
}
