package io.edgeai.core.text.huggingface;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.source.SpecialTokens;
import io.edgeai.core.text.source.TokenizerSource;
import io.edgeai.core.text.source.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A native tokenizer with truncation and padding off, so that its calls share no state. Thread-safe. */
final class NativeTokenizer implements Tokenizer {
    private final TokenizersLibrary library;
    private final TokenizerSource source;
    private final Vocabulary vocabulary;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /** 0 once closed. */
    private long handle;

    private NativeTokenizer(TokenizersLibrary library, long handle, TokenizerSource source) {
        this.library = library;
        this.handle = handle;
        this.source = source;
        this.vocabulary = Vocabulary.of(source);
    }

    static NativeTokenizer open(TokenizerSource source) {
        TokenizersLibrary library = NativeLibrary.load();
        long handle;
        try {
            handle = library.createTokenizerFromString(source.json());
        } catch (RuntimeException e) {
            throw new ModelFormatException(
                    "The tokenizer.json is refused: " + e.getMessage() + ". Maybe fetch it again.", e);
        }
        boolean open = false;
        try {
            library.disableTruncation(handle);
            library.disablePadding(handle);
            NativeTokenizer tokenizer = new NativeTokenizer(library, handle, source);
            open = true;
            return tokenizer;
        } finally {
            if (!open) {
                library.deleteTokenizer(handle);
            }
        }
    }

    @Override
    public Encoding encode(String text) {
        NativeText first = NativeText.of(text);
        return call(open -> encoding(library.encode(open, first.text(), true), first, null));
    }

    @Override
    public Encoding encode(String first, String second) {
        NativeText one = NativeText.of(first);
        NativeText two = NativeText.of(second);
        return call(open -> encoding(library.encodeDual(open, one.text(), two.text(), true), one, two));
    }

    @Override
    public List<Encoding> encodeAll(List<String> texts) {
        List<NativeText> all = texts.stream().map(NativeText::of).toList();
        if (all.isEmpty()) {
            return List.of();
        }
        return call(open -> {
            long[] handles =
                    library.batchEncode(open, all.stream().map(NativeText::text).toArray(String[]::new), true);
            List<Encoding> encodings = new ArrayList<>();
            for (int i = 0; i < handles.length; i++) {
                encodings.add(encoding(handles[i], all.get(i), null));
            }
            return encodings;
        });
    }

    private Encoding encoding(long encoded, NativeText first, @Nullable NativeText second) {
        try {
            long[] ids = library.getTokenIds(encoded);
            long[] types = library.getTypeIds(encoded);
            long[] words = library.getWordIds(encoded);
            long[] sequences = library.getSequenceIds(encoded);
            long[] special = library.getSpecialTokenMask(encoded);
            String[] tokens = library.getTokens(encoded);
            @Nullable CharSpan[] spans = library.getTokenCharSpans(encoded);
            List<Encoding.Token> all = new ArrayList<>(ids.length);
            for (int i = 0; i < ids.length; i++) {
                CharSpan span = spans[i];
                NativeText own = sequences[i] == 1 && second != null ? second : first;
                all.add(new Encoding.Token(
                        ids[i],
                        tokens[i],
                        (int) types[i],
                        (int) sequences[i],
                        (int) words[i],
                        span == null ? 0 : own.place(span.getStart()),
                        span == null ? 0 : own.place(span.getEnd()),
                        special[i] == 1));
            }
            return new Encoding(all);
        } finally {
            library.deleteEncoding(encoded);
        }
    }

    @Override
    public String decode(long[] ids, boolean skipSpecial) {
        return call(open -> library.decode(open, ids.clone(), skipSpecial));
    }

    private <T> T call(LongFunction<T> work) {
        lock.readLock().lock();
        try {
            if (handle == 0) {
                throw new LifecycleException("The tokenizer is closed. Maybe open another one.");
            }
            return work.apply(handle);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidInputException(
                    "The tokenizer refuses this: " + e.getMessage()
                            + ". Maybe the text or the tokenizer.json is damaged.",
                    e);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public OptionalLong id(String token) {
        return vocabulary.id(token);
    }

    @Override
    public Optional<String> token(long id) {
        return vocabulary.token(id);
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public SpecialTokens special() {
        return source.special();
    }

    @Override
    public int maxTokens() {
        return source.maxTokens();
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                library.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
