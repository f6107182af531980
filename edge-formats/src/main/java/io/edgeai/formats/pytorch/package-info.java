/**
 * PyTorch's files of weights: state dicts in ZIP archives and in the older form, one file or several with an index. Their
 * pickles are read without loading a class; a tensor's bytes are read when it is asked for.
 */
@NullMarked
package io.edgeai.formats.pytorch;

import org.jspecify.annotations.NullMarked;
