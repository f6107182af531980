package io.edgeai.formats.huggingface;

import org.jspecify.annotations.Nullable;

/**
 * What the body of a model computed.
 *
 * @param hidden [batch, sequence, width]
 * @param width of a token
 * @param pooled [batch, pooled width]; null where the model has no pooler, or no weights for one
 * @param ids the tokens, empty for images
 * @param mask which tokens count, empty where all do
 * @param embeddings name of the token table, to which decoders may be tied
 * @param embeddingWidth its width
 * @param vocabulary its rows
 * @param epsilon of normalizations
 */
record Encoded(
        String hidden,
        int width,
        @Nullable String pooled,
        String ids,
        String mask,
        String embeddings,
        int embeddingWidth,
        int vocabulary,
        float epsilon) {}
