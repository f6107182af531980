package io.edgeai.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.InferenceRuntime.Availability;
import io.edgeai.core.text.source.SpecialTokens;
import io.edgeai.core.text.source.TokenizerSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which provider opens a tokenizer, and what is said where none can. */
class TokenizersTest {
    private static final TokenizerSource SOURCE = new TokenizerSource("{}", new SpecialTokens(Map.of()), 0);

    /** Answers an opening with its name, as an error that a test can see. */
    private record Provider(String name, boolean usable) implements TokenizerProvider {
        @Override
        public Availability availability() {
            return new Availability(usable, usable ? "1.0" : "no library. Maybe install it");
        }

        @Override
        public Tokenizer open(TokenizerSource source) {
            throw new ModelFormatException("opened by " + name);
        }
    }

    @Test
    void theFirstThatWorksOpens() {
        List<TokenizerProvider> three =
                List.of(new Provider("a", false), new Provider("b", true), new Provider("c", true));

        assertThatThrownBy(() -> Tokenizers.open(SOURCE, three)).hasMessage("opened by b");
    }

    @Test
    void withoutAnyTheDependencyIsNamed() {
        assertThatThrownBy(() -> Tokenizers.open(SOURCE, List.of()))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("no provider was found")
                .hasMessageEndingWith("Maybe add the dependency ai.djl.huggingface:tokenizers:0.36.0.");
        assertThatThrownBy(() -> Tokenizers.open(SOURCE, List.of(new Provider("a", false))))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("a: no library. Maybe install it");
    }

    @Test
    void theModuleBringsTheProviderOfHuggingFace() {
        assertThat(Tokenizers.status()).containsKey("huggingface");
        assertThat(Tokenizers.status().get("huggingface").detail()).isNotBlank();
    }
}
