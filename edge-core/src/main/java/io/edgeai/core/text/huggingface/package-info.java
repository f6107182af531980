/**
 * Hugging Face's tokenizers through the native library that DJL ships. The only package that knows its classes; nothing is fetched and nothing is reported over the network.
 */
@NullMarked
package io.edgeai.core.text.huggingface;

import org.jspecify.annotations.NullMarked;
