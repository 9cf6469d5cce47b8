package imprint

import (
	"context"
	"net/http"
)

type headersKey struct{}

// WithHeader returns a context whose calls send one header more. The methods of the client take no headers of their own,
// and a change to a post needs one:
//
//	post, headers, err := client.GetPostWithHeaders(ctx, slug)
//	post, err = client.UpdatePost(imprint.WithHeader(ctx, "If-Match", *headers.Etag), post.Id, change)
func WithHeader(ctx context.Context, name, value string) context.Context {
	before, _ := ctx.Value(headersKey{}).(http.Header)
	headers := before.Clone()
	if headers == nil {
		headers = http.Header{}
	}
	headers.Set(name, value)
	return context.WithValue(ctx, headersKey{}, headers)
}

func init() {
	registeredMiddleware = append(registeredMiddleware, Middleware{OnRequest: func(request *http.Request) {
		headers, _ := request.Context().Value(headersKey{}).(http.Header)
		for name, values := range headers {
			request.Header[name] = values
		}
	}})
}
