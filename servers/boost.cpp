// Asio, Beast, JSON and URL are header libraries. Their implementation is compiled here, once for the whole
// project, which takes most of their weight out of every other file's compile time.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
#include <boost/url/src.hpp>
